// Search for good settings of an environment: random candidates, selected by successive halving, trained in this
// process.
import type { Logger } from 'pino';
import { AppError } from '../../shared/errors/app-error.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobRequest } from '../../shared/job/job-spec.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { Random } from '../../shared/random/random.ts';
import { drawTrainingSeeds } from './draw-training-seeds.ts';
import { runTrial } from './run-trial.ts';
import { describeOrigin, sampleSettings, type SearchOrigin } from './sample-settings.ts';
import { compareScores, scoreTrial, type TrialRun, type TrialScore } from './score-trial.ts';
import { findBestByHalving, planRungs, type Rung } from './successive-halving.ts';

/** Random stream split from the search's seed; training seeds come from another stream. */
const SETTINGS_STREAM = 0;

/** A candidate. The first one has the settings of the preset or the defaults. */
export interface Trial {
  readonly number: number;
  /** A job request that trains with these settings. */
  readonly request: JobRequest;
}

export interface TuningListener {
  /** `candidates` is smaller than planned if too many failed. */
  onRung?(rung: Rung, candidates: number): void;
  onTrial?(trial: Trial, score: TrialScore): void;
  onFailedTrial?(trial: Trial, error: Error): void;
}

export interface TuneOptions {
  readonly definition: EnvironmentDefinition;
  /** Fields of the job that are the same in every trial. */
  readonly fixed: JobRequest;
  readonly trials: number;
  /** Training runs of each trial in the last rungs. */
  readonly seeds: number;
  readonly seed: number;
  readonly logger: Logger;
  readonly listener: TuningListener;
  /** Aborting it ends the search; the result is the best trial so far. */
  readonly signal?: AbortSignal;
}

export interface TunedSettings {
  readonly trial: Trial;
  readonly score: TrialScore;
}

/** None of the tried settings could be trained. */
export class NoTrialSucceededError extends AppError {
  readonly code = 'NO_TRIAL_SUCCEEDED';
}

/** Plans the candidates of a search and its rungs. Throws InvalidJobError if there is nothing to search. */
export function planSearch(
  options: Pick<TuneOptions, 'definition' | 'fixed' | 'trials' | 'seeds' | 'seed'>,
): {
  trials: Trial[];
  rungs: Rung[];
} {
  const { definition, fixed, seeds, seed } = options;
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

/**
 * Returns the best settings found; null if the search was aborted before any trial had a score. Throws
 * NoTrialSucceededError if all trials failed.
 */
export async function tune(options: TuneOptions): Promise<TunedSettings | null> {
  const { listener, signal } = options;
  const { trials, rungs } = planSearch(options);
  let failure: Error | null = null;
  const best = await findBestByHalving({
    candidates: trials,
    rungs,
    compare: compareScores,
    measure: async (trial, rung) => {
      try {
        return await measureTrial(trial, rung, options);
      } catch (error) {
        // Settings that cannot be trained get no score, which is worse than any.
        failure = error instanceof Error ? error : new Error(String(error));
        listener.onFailedTrial?.(trial, failure);
        return null;
      }
    },
    onRung: (rung, candidates) => listener.onRung?.(rung, candidates),
    ...(signal && { signal }),
  });
  if (best) return { trial: best.candidate, score: best.score };
  if (signal?.aborted) return null;
  throw new NoTrialSucceededError(`no settings could be trained; the last: ${describe(failure)}`, {
    cause: failure,
  });
}

/** Returns null if the search was aborted meanwhile. */
async function measureTrial(trial: Trial, rung: Rung, options: TuneOptions): Promise<TrialScore | null> {
  const { definition, logger, listener, signal } = options;
  const runs: TrialRun[] = [];
  for (const seed of drawTrainingSeeds(options.seed, rung)) {
    runs.push(
      await runTrial(trial.request, {
        definition,
        steps: rung.steps,
        seed,
        logger,
        ...(signal && { signal }),
      }),
    );
    if (signal?.aborted) return null;
  }
  const score = scoreTrial(runs);
  listener.onTrial?.(trial, score);
  return score;
}

function describe(failure: Error | null): string {
  return failure === null ? 'unknown' : failure.message;
}
