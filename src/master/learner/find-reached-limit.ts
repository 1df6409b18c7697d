// When a job has reached one of its limits.
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { StopReason } from '../../shared/protocol/messages.ts';

/** What limits are compared with. */
export interface TrainingExtent {
  readonly steps: number;
  readonly episodes: number;
  readonly elapsedSeconds: number;
  /** Null until there were enough episodes for it. */
  readonly movingAverage: number | null;
}

/** The limit that is reached, the target before the budgets; null while training goes on. */
export function findReachedLimit(stop: JobSpec['stop'], extent: TrainingExtent): StopReason | null {
  const { maxSteps, maxEpisodes, maxSeconds, targetReward } = stop;
  const { steps, episodes, elapsedSeconds, movingAverage } = extent;
  if (targetReward !== null && movingAverage !== null && movingAverage >= targetReward) return 'targetReward';
  if (maxSteps !== null && steps >= maxSteps) return 'maxSteps';
  if (maxEpisodes !== null && episodes >= maxEpisodes) return 'maxEpisodes';
  if (maxSeconds !== null && elapsedSeconds >= maxSeconds) return 'maxSeconds';
  return null;
}
