// Definitions of environments: their results, and the message for each mistake.
import { describe, expect, it } from 'vitest';
import {
  defineEnvironment,
  InvalidEnvironmentDefinitionError,
} from '../../../../../src/shared/environments/custom/define-environment.ts';
import type { CustomEnvironmentDefinition } from '../../../../../src/shared/environments/custom/custom-environment.ts';

type Input = CustomEnvironmentDefinition<{ readonly type: 'discrete'; readonly n: number }>;

const valid: Input = {
  id: 'Valid-v0',
  observationSpace: { type: 'box', shape: [2, 3], low: 0, high: [1, 2, 3, 4, 5, 6] },
  actionSpace: { type: 'discrete', n: 2 },
  create: () => ({
    reset: () => [],
    step: () => ({ observation: [], reward: 0, terminated: false }),
  }),
};

function listIssues(difference: object): string[] {
  try {
    defineEnvironment({ ...valid, ...difference });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidEnvironmentDefinitionError)) throw error;
    return error.issues.map(({ path }) => path);
  }
}

describe('defineEnvironment', () => {
  it('spreads bounds over all elements and fills in defaults', () => {
    expect(defineEnvironment(valid)).toMatchObject({
      id: 'Valid-v0',
      description: '',
      observationSpace: { low: [0, 0, 0, 0, 0, 0], high: [1, 2, 3, 4, 5, 6] },
      maxEpisodeSteps: null,
      rewardThreshold: null,
      hasActionMask: false,
      truncatesItself: true,
    });
    const unbounded = defineEnvironment({ ...valid, observationSpace: { type: 'box', shape: [2] } });
    expect(unbounded.observationSpace).toMatchObject({
      low: [-Infinity, -Infinity],
      high: [Infinity, Infinity],
    });
  });

  it.each([
    ['an id without a version', { id: 'Corridor' }, 'id'],
    ['an empty axis', { observationSpace: { type: 'box', shape: [0] } }, 'observationSpace.shape.0'],
    [
      'bounds of another number',
      { observationSpace: { type: 'box', shape: [3], low: [0, 0] } },
      'observationSpace.low',
    ],
    [
      'bounds the wrong way round',
      { observationSpace: { type: 'box', shape: [1], low: 1, high: 0 } },
      'observationSpace.low',
    ],
    [
      'a bound that is no number',
      { observationSpace: { type: 'box', shape: [1], low: NaN } },
      'observationSpace.low',
    ],
    ['a single action', { actionSpace: { type: 'discrete', n: 1 } }, 'actionSpace.n'],
    [
      'an observation that is no box',
      { observationSpace: { type: 'discrete', n: 4 } },
      'observationSpace.type',
    ],
    ['a limit of no steps', { maxEpisodeSteps: 0 }, 'maxEpisodeSteps'],
    ['a mask over a box', { hasActionMask: true, actionSpace: { type: 'box', shape: [1] } }, 'hasActionMask'],
    ['no create', { create: undefined }, 'create'],
  ])('refuses %s', (_, difference, path) => {
    expect(listIssues(difference)).toContain(path);
  });

  it('names all mistakes at once, and unknown fields', () => {
    expect(listIssues({ id: '', maxEpisodeSteps: 1.5, stepLimit: 3 })).toEqual([
      'id',
      'maxEpisodeSteps',
      'definition',
    ]);
    expect(() => defineEnvironment({ ...valid, id: 'x y' })).toThrow(/"x y" has an invalid definition: id: /);
  });
});
