import { describe, expect, it } from 'vitest';
import {
  applyVariation,
  labelVariation,
  listSeeds,
  locateIssues,
} from '../../../src/server/experiments/expand-experiment.ts';
import { joinStates } from '../../../src/server/experiments/join-states.ts';
import { InvalidJobError } from '../../../src/shared/job/resolve-job-spec.ts';

const job = { environment: 'CartPole-v1', optimizer: { learningRate: 0.01, schedule: 'linear' } } as const;

describe('an experiment', () => {
  it('counts seeds from that of its job, or from 1', () => {
    expect(listSeeds({ seeds: 3, job })).toEqual([1, 2, 3]);
    expect(listSeeds({ seeds: 2, job: { ...job, seed: 40 } })).toEqual([40, 41]);
    expect(listSeeds({ seeds: [7, 5], job })).toEqual([7, 5]);
  });

  it('changes single fields of nested settings, but a policy as a whole', () => {
    expect(applyVariation(job, { optimizer: { learningRate: 0.1 }, discount: 0.9 })).toMatchObject({
      environment: 'CartPole-v1',
      discount: 0.9,
      optimizer: { learningRate: 0.1, schedule: 'linear' },
    });
    const gaussian = { ...job, policy: { type: 'gaussian', initialLogStandardDeviation: 1 } } as const;
    expect(applyVariation(gaussian, { policy: { type: 'categorical' } }).policy).toEqual({
      type: 'categorical',
    });
  });

  it('labels a variation by its name, or by what it sets', () => {
    expect(labelVariation({})).toBe('the job itself');
    expect(labelVariation({ name: 'fast', discount: 0.9 })).toBe('fast');
    expect(labelVariation({ algorithm: 'a2c', optimizer: { learningRate: 0.1 } })).toBe(
      'algorithm a2c, optimizer.learningRate 0.1',
    );
  });

  it('says where a mistake is: in the variation that sets the field, or in the job', () => {
    const error = new InvalidJobError([
      { path: 'optimizer.learningRate', message: 'x' },
      { path: 'policy.type', message: 'y' },
    ]);
    expect(locateIssues(error, { optimizer: { learningRate: 1 } }, 2).issues).toEqual([
      { path: 'variations.2.optimizer.learningRate', message: 'x' },
      { path: 'job.policy.type', message: 'y' },
    ]);
  });

  it('has the state of its jobs together', () => {
    expect(joinStates(['queued', 'queued'])).toBe('queued');
    expect(joinStates(['succeeded', 'queued'])).toBe('running');
    expect(joinStates(['failed', 'pausing'])).toBe('running');
    expect(joinStates(['succeeded', 'paused'])).toBe('paused');
    expect(joinStates(['succeeded', 'cancelled', 'failed'])).toBe('failed');
    expect(joinStates(['succeeded', 'cancelled'])).toBe('cancelled');
    expect(joinStates(['succeeded', 'succeeded'])).toBe('succeeded');
  });
});
