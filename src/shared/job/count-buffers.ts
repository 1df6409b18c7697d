// How many gradients a worker may have on the way.
import { findAlgorithm } from '../algorithms/algorithms.ts';
import type { JobSpec } from './job-spec.ts';

/**
 * Fewer buffers starve a worker while it waits for the master to wake, more only make gradients staler; short rollouts
 * need more of them, since less time passes from one to the next (bench/README.md).
 */
export function countBuffersPerWorker({
  algorithm,
  rolloutLength,
  environmentsPerWorker,
}: Pick<JobSpec, 'algorithm' | 'rolloutLength' | 'environmentsPerWorker'>): number {
  const { gradientsOnTheWay } = findAlgorithm(algorithm).traits;
  if (gradientsOnTheWay !== null) return gradientsOnTheWay;
  return rolloutLength * environmentsPerWorker < SHORT_ROLLOUT_STEPS ? 8 : 4;
}

const SHORT_ROLLOUT_STEPS = 100;
