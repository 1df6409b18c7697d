// Number of gradients that a worker may have in flight.
import { findAlgorithm } from '../algorithms/algorithms.ts';
import type { JobSpec } from './job-spec.ts';

/**
 * With fewer buffers, a worker waits until the master wakes up; with more, gradients only get staler. Short rollouts
 * need more buffers, because they take less time (bench/README.md).
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

/**
 * Number for a worker on another machine. A trip to the master and back takes longer than a short rollout, and costs
 * little more for eight gradients than for four. Longer rollouts do not fill the buffers, so their gradients get no
 * staler.
 */
export function countRemoteBuffersPerWorker({ algorithm }: Pick<JobSpec, 'algorithm'>): number {
  return findAlgorithm(algorithm).traits.gradientsOnTheWay ?? 8;
}

const SHORT_ROLLOUT_STEPS = 100;
