// Progress of a job.
import type { JobSpec } from './job-spec.ts';

export interface ReachedFigures {
  readonly steps: number;
  readonly episodes: number;
  readonly elapsedSeconds: number;
}

/** Progress towards the nearest limit, in 0 … 1. */
export function measureFraction(
  { maxSteps, maxEpisodes, maxSeconds }: JobSpec['stop'],
  { steps, episodes, elapsedSeconds }: ReachedFigures,
): number {
  const shares = [
    maxSteps === null ? 0 : steps / maxSteps,
    maxEpisodes === null ? 0 : episodes / maxEpisodes,
    maxSeconds === null ? 0 : elapsedSeconds / maxSeconds,
  ];
  return Math.min(1, Math.max(...shares));
}
