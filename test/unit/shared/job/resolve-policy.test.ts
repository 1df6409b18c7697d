// Default policy of a job in each environment, and the policies that are refused there.
import { describe, expect, it } from 'vitest';
import type { EnvironmentDefinition } from '../../../../src/shared/environments/environment.ts';
import type { JobRequest } from '../../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { createBoxSpace, type ActionSpace } from '../../../../src/shared/spaces/space.ts';

function resolvePolicy(actionSpace: ActionSpace, policy?: JobRequest['policy']) {
  const definition: EnvironmentDefinition = {
    id: 'Test-v0',
    description: 'test',
    observationSpace: createBoxSpace([3], -1, 1),
    actionSpace,
    maxEpisodeSteps: 10,
    rewardThreshold: null,
    hasActionMask: false,
    create: () => {
      throw new Error('resolving needs no environment');
    },
  };
  return resolveJobSpec({ environment: 'Test-v0', ...(policy && { policy }) }, definition, () => 1).policy;
}

const discrete: ActionSpace = { type: 'discrete', n: 3 };
const multiDiscrete: ActionSpace = { type: 'multiDiscrete', n: [3, 2] };
const box = createBoxSpace([2], -1, 1);

describe('a job without a policy', () => {
  it('gets the one that fits the actions', () => {
    expect(resolvePolicy(discrete)).toEqual({ type: 'categorical' });
    expect(resolvePolicy(multiDiscrete)).toEqual({ type: 'multiCategorical' });
    expect(resolvePolicy(box)).toEqual({
      type: 'gaussian',
      initialLogStandardDeviation: 0,
      minimumStandardDeviation: 0.001,
    });
  });
});

describe('a job with a policy', () => {
  it('keeps it, with its defaults filled in', () => {
    expect(resolvePolicy(box, { type: 'gaussianStateDependent' })).toEqual({
      type: 'gaussianStateDependent',
      minimumStandardDeviation: 0.001,
    });
  });

  it.each([
    [discrete, 'gaussian', 'categorical'],
    [discrete, 'multiCategorical', 'categorical'],
    [multiDiscrete, 'categorical', 'multiCategorical'],
    [box, 'categorical', 'gaussian or gaussianStateDependent'],
  ] as const)('is refused where it does not fit (%#)', (space, type, wanted) => {
    expect(() => resolvePolicy(space, { type })).toThrow(
      `policy.type: Test-v0 has ${space.type} actions; they need a policy of type ${wanted}`,
    );
  });
});
