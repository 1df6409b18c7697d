// Limits of a job: finds the one that is reached.
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { StopReason } from '../../shared/protocol/messages.ts';

/** Values that limits are compared with. */
export interface TrainingExtent {
  readonly steps: number;
  readonly episodes: number;
  readonly elapsedSeconds: number;
  /** Null before there are enough episodes. */
  readonly movingAverage: number | null;
  /** Default: false. */
  readonly hasPlateaued?: boolean;
  readonly hasCollapsed?: boolean;
}

/** Returns the reached limit, the target before all others; null while training continues. */
export function findReachedLimit(stop: JobSpec['stop'], extent: TrainingExtent): StopReason | null {
  const { maxSteps, maxEpisodes, maxSeconds, targetReward } = stop;
  const {
    steps,
    episodes,
    elapsedSeconds,
    movingAverage,
    hasPlateaued = false,
    hasCollapsed = false,
  } = extent;
  if (targetReward !== null && movingAverage !== null && movingAverage >= targetReward) return 'targetReward';
  if (maxSteps !== null && steps >= maxSteps) return 'maxSteps';
  if (maxEpisodes !== null && episodes >= maxEpisodes) return 'maxEpisodes';
  if (maxSeconds !== null && elapsedSeconds >= maxSeconds) return 'maxSeconds';
  if (hasPlateaued) return 'noImprovement';
  if (hasCollapsed) return 'collapse';
  return null;
}
