// Plan of a search for settings: its candidates and its rungs. The same options give the same plan.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import type { JobRequest, JobSpec } from '../job/job-spec.ts';
import { InvalidJobError, resolveJobSpec } from '../job/resolve-job-spec.ts';
import { Random } from '../random/random.ts';
import { describeOrigin, sampleSettings, type SearchOrigin } from './sample-settings.ts';
import { planRungs, type Rung } from './successive-halving.ts';

/** Random stream split from the search's seed; training seeds come from another stream. */
const SETTINGS_STREAM = 0;
/** Episodes that score a run, drawn from a random stream of the seed that training never reads. */
const JUDGE_EPISODES = 100;

/** A candidate. The first one has the settings of the preset or the defaults. */
export interface Trial {
  readonly number: number;
  /** A job request that trains with these settings. */
  readonly request: JobRequest;
}

export interface SearchOptions {
  readonly definition: EnvironmentDefinition;
  /** Fields of the job that are the same in every trial. */
  readonly fixed: JobRequest;
  readonly trials: number;
  /** Training runs of each trial in the last rungs. */
  readonly seeds: number;
  readonly seed: number;
}

export interface SearchPlan {
  readonly trials: readonly Trial[];
  readonly rungs: readonly Rung[];
}

/** Plans the candidates of a search and its rungs. Throws InvalidJobError if there is nothing to search. */
export function planSearch({ definition, fixed, seeds, seed, ...options }: SearchOptions): SearchPlan {
  const origin: SearchOrigin = { definition, fixed };
  const random = Random.fromSeed(seed).split(SETTINGS_STREAM);
  const trials = Array.from({ length: options.trials }, (_, index) => ({
    number: index + 1,
    request: index === 0 ? describeOrigin(origin) : sampleSettings(origin, random.split(index)),
  }));
  const maxSteps = trials[0]?.request.stop?.maxSteps ?? null;
  if (maxSteps === null) {
    throw new InvalidJobError([
      { path: 'stop.maxSteps', message: 'a search needs the number of steps of its longest trials' },
    ]);
  }
  return { trials, rungs: planRungs({ trials: trials.length, maxSteps, seeds }) };
}

/** Completes the settings of a trial to those of one run. */
export function describeTrialRun(
  request: JobRequest,
  { definition, steps, seed }: { definition: EnvironmentDefinition; steps: number; seed: number },
): JobSpec {
  const run: JobRequest = {
    ...request,
    seed,
    // A run that ended at its target would not show what the rest of the budget does to it.
    stop: { targetReward: null, ...request.stop, maxSteps: steps },
    // Only the final parameters count: the best of many evaluations would be chosen by luck.
    evaluation: { episodes: JUDGE_EPISODES, everySteps: 1e12, confirmationEpisodes: 0 },
  };
  return resolveJobSpec(run, definition, () => seed);
}
