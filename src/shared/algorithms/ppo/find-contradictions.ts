// Contradictions in a ppo job.
import type { InputIssue } from '../../errors/app-error.ts';
import type { JobFields } from '../../job-fields/job-fields.ts';
import { hasRecurrentLayer } from '../../network/recurrent-layers.ts';
import type { PpoSpec } from './ppo-spec.ts';

export function findPpoContradictions(job: JobFields, { minibatches, clipRange }: PpoSpec): InputIssue[] {
  if (clipRange === 0) {
    const message = 'a clip range of 0 allows no update; use a number above 0, such as 0.2';
    return [{ path: 'ppo.clipRange', message }];
  }
  if (job.rolloutEpisodes !== null) {
    const message =
      'ppo divides rollouts of equal length into minibatches; leave it out and set rolloutLength';
    return [{ path: 'rolloutEpisodes', message }];
  }
  return findIndivisibleRollout(job, minibatches);
}

/** Minibatches are equal parts: of the steps, or of the environments if the network has memory. */
function findIndivisibleRollout(
  { network, rolloutLength, environmentsPerWorker }: JobFields,
  minibatches: number,
): InputIssue[] {
  const isRecurrent = hasRecurrentLayer(network);
  const parts = isRecurrent ? environmentsPerWorker : rolloutLength * environmentsPerWorker;
  if (parts % minibatches === 0) return [];
  const whole = isRecurrent
    ? `the ${environmentsPerWorker} environments of a worker (environmentsPerWorker), whose steps an lstm layer needs together,`
    : `the ${parts} steps of a worker's rollout (rolloutLength × environmentsPerWorker)`;
  return [{ path: 'ppo.minibatches', message: `${minibatches} minibatches do not divide ${whole} evenly` }];
}
