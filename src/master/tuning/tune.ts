// Search for good settings of an environment: random candidates, selected by successive halving, trained in this
// process.
import type { Logger } from 'pino';
import { AppError } from '../../shared/errors/app-error.ts';
import { drawTrainingSeeds } from '../../shared/tuning/draw-training-seeds.ts';
import { runTrial } from './run-trial.ts';
import { planSearch, type SearchOptions, type Trial } from '../../shared/tuning/plan-search.ts';
import {
  compareScores,
  scoreTrial,
  type TrialRun,
  type TrialScore,
} from '../../shared/tuning/score-trial.ts';
import { findBestByHalving, type Rung } from '../../shared/tuning/successive-halving.ts';

export interface TuningListener {
  /** `candidates` is smaller than planned if too many failed. */
  onRung?(rung: Rung, candidates: number): void;
  onTrial?(trial: Trial, score: TrialScore): void;
  onFailedTrial?(trial: Trial, error: Error): void;
}

export interface TuneOptions extends SearchOptions {
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
