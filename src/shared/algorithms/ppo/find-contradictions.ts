// What a ppo job may not combine.
import type { InputIssue } from '../../errors/app-error.ts';
import type { JobFields } from '../../job-fields/job-fields.ts';
import { hasRecurrentLayer } from '../../network/recurrent-layers.ts';
import type { PpoSpec } from './ppo-spec.ts';

export function findPpoContradictions(job: JobFields, { minibatches }: PpoSpec): InputIssue[] {
  if (job.rolloutEpisodes !== null) {
    const message =
      'ppo divides rollouts of equal length into minibatches; leave it out and set rolloutLength';
    return [{ path: 'rolloutEpisodes', message }];
  }
  return findIndivisibleRollout(job, minibatches);
}

/** Minibatches are equal parts: of the steps, or of the environments where the network remembers. */
function findIndivisibleRollout(
  { network, rolloutLength, environmentsPerWorker }: JobFields,
  minibatches: number,
): InputIssue[] {
  const isRecurrent = hasRecurrentLayer(network);
  const parts = isRecurrent ? environmentsPerWorker : rolloutLength * environmentsPerWorker;
  if (parts % minibatches === 0) return [];
  const whole = isRecurrent
    ? `the ${environmentsPerWorker} environments of a worker (environmentsPerWorker), which an lstm layer learns from as a whole,`
    : `the ${parts} steps of a worker's rollout (rolloutLength × environmentsPerWorker)`;
  return [{ path: 'ppo.minibatches', message: `${minibatches} minibatches do not divide ${whole} evenly` }];
}
