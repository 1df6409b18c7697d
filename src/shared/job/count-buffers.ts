// How many gradients a worker may have on the way.
import type { JobSpec } from './job-spec.ts';

/**
 * Fewer buffers starve a worker while it waits for the master to wake, more only make gradients staler; short rollouts
 * need more of them, since less time passes from one to the next (bench/README.md). A gradient of ddpg takes longer to
 * compute than to travel: the next one is computed while the only buffer is away.
 */
export function countBuffersPerWorker({
  algorithm,
  rolloutLength,
  environmentsPerWorker,
}: Pick<JobSpec, 'algorithm' | 'rolloutLength' | 'environmentsPerWorker'>): number {
  if (algorithm === 'ddpg') return 1;
  return rolloutLength * environmentsPerWorker < SHORT_ROLLOUT_STEPS ? 8 : 4;
}

const SHORT_ROLLOUT_STEPS = 100;
