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
 * Number for a worker on another machine. Gradients that are added up share one message, and one update, so more of them
 * on the way cost less each and get no staler; otherwise, more have no use there either (`npm run bench:scale`).
 */
export function countRemoteBuffersPerWorker(spec: JobSpec): number {
  const { gradientsOnTheWay } = findAlgorithm(spec.algorithm).traits;
  return spec.sumRemoteGradients && gradientsOnTheWay === null ? 16 : countBuffersPerWorker(spec);
}

const SHORT_ROLLOUT_STEPS = 100;
