// What a ppo job may not combine, and what only a ppo job may have.
import type { InputIssue } from '../errors/app-error.ts';
import { hasRecurrentLayer } from '../network/recurrent-layers.ts';
import type { JobSpec } from './job-spec.ts';

export function findPpoContradictions(spec: JobSpec): InputIssue[] {
  const { algorithm, ppo, rolloutEpisodes } = spec;
  if (algorithm !== 'ppo') {
    if (ppo === null) return [];
    return [{ path: 'ppo', message: `only algorithm ppo reads this; leave it out for ${algorithm}` }];
  }
  if (ppo === null)
    return [{ path: 'ppo', message: 'algorithm ppo needs its settings; leave them out for defaults' }];
  if (rolloutEpisodes !== null) {
    const message =
      'ppo divides rollouts of equal length into minibatches; leave it out and set rolloutLength';
    return [{ path: 'rolloutEpisodes', message }];
  }
  return findIndivisibleRollout(spec, ppo.minibatches);
}

/** Minibatches are equal parts: of the steps, or of the environments where the network remembers. */
function findIndivisibleRollout(
  { network, rolloutLength, environmentsPerWorker }: JobSpec,
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
