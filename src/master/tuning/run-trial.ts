// Training of a trial's settings with one seed, and its score.
import type { Logger } from 'pino';
import { AppError } from '../../shared/errors/app-error.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobRequest } from '../../shared/job/job-spec.ts';
import { describeTrialRun } from '../../shared/tuning/plan-search.ts';
import { backendVariable, chooseEngine } from '../engine/choose-engine.ts';
import { openNodeMachine } from '../node-machine.ts';
import { TrainingRun } from '../training-run.ts';
import type { TrialRun } from '../../shared/tuning/score-trial.ts';

/** Settings that led to gradients, parameters or returns that are not finite. */
export class TrialDivergedError extends AppError {
  readonly code = 'TRIAL_DIVERGED';
}

export interface TrialRunOptions {
  readonly definition: EnvironmentDefinition;
  readonly steps: number;
  readonly seed: number;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

/**
 * Trains and scores a trial. Throws TrialDivergedError, or the error of the run. The scores of an aborted run have no
 * meaning.
 */
export async function runTrial(request: JobRequest, options: TrialRunOptions): Promise<TrialRun> {
  const { definition, logger, signal } = options;
  const spec = describeTrialRun(request, options);
  let episodes = 0;
  let sumOfReturns = 0;
  const engine = await chooseEngine(spec, process.env[backendVariable]);
  const run = TrainingRun.start({
    spec,
    definition,
    engine,
    artifacts: null,
    machine: openNodeMachine(),
    logger,
    listener: {
      onEpisode: (episode) => {
        episodes += 1;
        sumOfReturns += episode.return;
      },
    },
  });
  const stop = (): void => {
    run.stop('cancelled');
  };
  signal?.addEventListener('abort', stop);
  try {
    const { figures, finalParameters } = await run.finished;
    // Actions can still be chosen, and returns be finite, with parameters that are NaN.
    if (figures.refusedGradients > 0 || !finalParameters.every(Number.isFinite)) {
      throw new TrialDivergedError('its gradients or parameters were not finite');
    }
    const greedyMean = figures.reward.evaluation?.mean ?? Number.NaN;
    const trainingMean = episodes === 0 ? greedyMean : sumOfReturns / episodes;
    if (!signal?.aborted && !Number.isFinite(greedyMean + trainingMean)) {
      throw new TrialDivergedError('its returns were not finite');
    }
    return { greedyMean, trainingMean };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
