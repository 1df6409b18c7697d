// How gSDE explores: the same state gets the same noise until the noise weights are drawn again.
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/shared/random/random.ts';
import { createBoxSpace } from '../../../../src/shared/spaces/space.ts';
import { drawParameters } from '../../../fixtures/random-rollout.ts';
import { createRecordedAlgorithm } from '../../../fixtures/recorded-rollout.ts';
import { beginning } from '../../../fixtures/training-start.ts';

const steps = 6;
const environments = 2;

/** Actions per step and environment, all from the same observation. */
function act(stepsPerDraw: number, rollouts = 1): number[][] {
  const { algorithm, spec } = createRecordedAlgorithm({
    observationSize: 3,
    actions: createBoxSpace([1], -1, 1),
    hasMask: false,
    settings: {
      rolloutLength: steps,
      environmentsPerWorker: environments,
      policy: {
        type: 'gsde',
        initialLogStandardDeviation: 0,
        minimumStandardDeviation: 0.001,
        stepsPerDraw,
      },
    },
  });
  drawParameters(Random.fromSeed(5), algorithm.parameters);
  algorithm.rollout.observations.fill(0.5);
  return Array.from({ length: rollouts }, () => {
    algorithm.beginRollout(true, beginning(spec));
    for (let step = 0; step < steps; step += 1) algorithm.chooseActions(step);
    return [...algorithm.rollout.actions.subarray(0, steps * environments)];
  });
}

describe('exploration with gSDE', () => {
  it('repeats its noise in the same state until it is drawn again, and differs between environments', () => {
    const [actions = []] = act(3);
    const ofFirst = actions.filter((_, row) => row % environments === 0);
    const [a, b, c, d, e, f] = ofFirst;
    expect([b, c]).toEqual([a, a]);
    expect([e, f]).toEqual([d, d]);
    expect(d).not.toBe(a);
    expect(actions[1]).not.toBe(actions[0]);
  });

  it('keeps its noise from one rollout to the next', () => {
    const [first = [], second = []] = act(4, 2);
    expect(second.slice(0, 2 * environments)).toEqual(first.slice(4 * environments));
    expect(second[2 * environments]).not.toBe(second[0]);
  });
});
