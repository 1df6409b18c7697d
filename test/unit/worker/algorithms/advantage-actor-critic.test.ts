// The traps that actor-critic code falls into, and what else the gradient of a rollout must keep to.
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../../src/shared/returns/generalized-advantage.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';
import { drawParameters, drawRollout } from '../../../fixtures/random-rollout.ts';
import {
  createRecordedAlgorithm,
  replayRollout,
  type RolloutRecord,
} from '../../../fixtures/recorded-rollout.ts';
import { beginning } from '../../../fixtures/training-start.ts';

const shape = { steps: 8, environments: 2, observationSize: 3, actions: 3, hasMask: false };

/** An algorithm with parameters drawn from a seed. */
function createAlgorithm(settings: Partial<JobSpec> = {}) {
  const recorded = createRecordedAlgorithm({
    observationSize: shape.observationSize,
    actions: shape.actions,
    hasMask: false,
    settings: { rolloutLength: shape.steps, environmentsPerWorker: shape.environments, ...settings },
  });
  drawParameters(Random.fromSeed(5), recorded.algorithm.parameters);
  return recorded;
}

const linear: NetworkSpec = { shared: false, layers: [], initialization: 'orthogonal' };

/** Two steps of one environment that see one-hot observations, take action 0 and end at once. */
const oneHotRecord: RolloutRecord = {
  observations: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  actions: [0, 0],
  masks: null,
  rewards: [1, -1],
  ends: [TERMINATED, TERMINATED],
  finalObservations: new Map(),
};

describe('entropy', () => {
  /** Follows the gradient with no rewards to earn, so that only the entropy term moves the policy. */
  function trainWithoutRewards(entropyCoefficient: number): { before: number; after: number } {
    const { algorithm } = createRecordedAlgorithm({
      observationSize: 3,
      actions: 3,
      hasMask: false,
      settings: { rolloutLength: 2, valueCoefficient: 0, network: linear, entropyCoefficient },
    });
    algorithm.parameters.fill(0);
    // Every observation prefers action 0 by e³.
    for (const input of [0, 1, 2]) algorithm.parameters[input * 3] = 3;
    const record = { ...oneHotRecord, rewards: [0, 0] };
    const before = replayRollout(algorithm, record, { entropyCoefficient }).entropy;
    for (let update = 0; update < 50; update += 1) {
      replayRollout(algorithm, record, { entropyCoefficient });
      algorithm.gradient.forEach((slope, index) => {
        algorithm.parameters[index] = (algorithm.parameters[index] ?? 0) - slope;
      });
    }
    return { before, after: replayRollout(algorithm, record).entropy };
  }

  it('grows towards that of the uniform policy where the bonus is all there is to earn', () => {
    const { before, after } = trainWithoutRewards(1);
    expect(before).toBeLessThan(0.5);
    expect(after).toBeGreaterThan(1);
    expect(after).toBeLessThanOrEqual(Math.log(3) + 1e-6);
  });

  it('stays where it is without a bonus', () => {
    const { before, after } = trainWithoutRewards(0);
    expect(after).toBe(before);
  });
});

describe('credit', () => {
  it('goes to each step by its own advantage, not by the mean of all', () => {
    const { algorithm } = createRecordedAlgorithm({
      observationSize: 3,
      actions: 3,
      hasMask: false,
      settings: { rolloutLength: 2, network: linear },
    });
    algorithm.parameters.fill(0);
    replayRollout(algorithm, oneHotRecord, { entropyCoefficient: 0 });
    // With zero parameters π = 1/3 and V = 0: advantages are the rewards, +1 and −1, whose mean is 0.
    const [first, second, third] = [0, 1, 2].map((input) => [
      ...algorithm.gradient.subarray(input * 3, input * 3 + 3),
    ]);
    const expected = [-1 / 3, 1 / 6, 1 / 6];
    expect(measureRelativeError(first ?? [], expected)).toBeLessThan(1e-6);
    expect(
      measureRelativeError(
        second ?? [],
        expected.map((slope) => -slope),
      ),
    ).toBeLessThan(1e-6);
    expect(third).toEqual([0, 0, 0]);
  });
});

describe('the end of an episode', () => {
  const final = [2, -1, 1];
  function replayEnd(end: number) {
    const { algorithm } = createRecordedAlgorithm({
      observationSize: 3,
      actions: 3,
      hasMask: false,
      settings: { rolloutLength: 2, discount: 0.9, gaeLambda: 1, network: linear },
    });
    algorithm.parameters.fill(0);
    const valueKernel = algorithm.parameters.length - 4;
    algorithm.parameters.set([1, 2, 4, 0.5], valueKernel);
    replayRollout(algorithm, {
      ...oneHotRecord,
      ends: [CONTINUES, end],
      finalObservations: new Map(end === TRUNCATED ? [[1, final]] : []),
    });
    return [...algorithm.model.returns];
  }

  it('bootstraps nothing when the environment ended it', () => {
    expect(measureRelativeError(replayEnd(TERMINATED), [1 - 0.9, -1])).toBeLessThan(1e-6);
  });

  it('bootstraps from the value of the final observation when a time limit cut it', () => {
    const last = -1 + 0.9 * (2 * 1 - 1 * 2 + 1 * 4 + 0.5);
    expect(measureRelativeError(replayEnd(TRUNCATED), [1 + 0.9 * last, last])).toBeLessThan(1e-6);
  });

  it('bootstraps from the value of the next observation when only the rollout ended', () => {
    const last = -1 + 0.9 * 4.5;
    expect(measureRelativeError(replayEnd(CONTINUES), [1 + 0.9 * last, last])).toBeLessThan(1e-6);
  });
});

describe('clipping', () => {
  const record = drawRollout(Random.fromSeed(3), shape);
  const free = createAlgorithm();
  const { gradientNorm } = replayRollout(free.algorithm, record);

  it('scales the whole gradient to the limit and reports the norm before', () => {
    const limit = gradientNorm / 3;
    const { algorithm } = createAlgorithm({ maxGradientNorm: limit });
    const figures = replayRollout(algorithm, record);
    expect(figures.gradientNorm).toBeCloseTo(gradientNorm, 6);
    expect(Math.hypot(...algorithm.gradient)).toBeCloseTo(limit, 6);
    const scaled = free.algorithm.gradient.map((slope) => slope / 3);
    expect(measureRelativeError(algorithm.gradient, scaled)).toBeLessThan(1e-5);
  });

  it('leaves a gradient below the limit as it is', () => {
    const { algorithm } = createAlgorithm({ maxGradientNorm: gradientNorm * 1.01 });
    replayRollout(algorithm, record);
    expect([...algorithm.gradient]).toEqual([...free.algorithm.gradient]);
  });

  it('reports the norm of the gradient', () => {
    expect(gradientNorm).toBeCloseTo(Math.hypot(...free.algorithm.gradient), 5);
  });
});

describe('a rollout', () => {
  const record = drawRollout(Random.fromSeed(4), shape);

  it('gives the gradient of the parameters it began with, whatever was computed before', () => {
    const used = createAlgorithm();
    drawParameters(Random.fromSeed(99), used.algorithm.parameters);
    replayRollout(used.algorithm, drawRollout(Random.fromSeed(98), shape));
    drawParameters(Random.fromSeed(5), used.algorithm.parameters);
    replayRollout(used.algorithm, record);
    const fresh = createAlgorithm();
    replayRollout(fresh.algorithm, record);
    expect([...used.algorithm.gradient]).toEqual([...fresh.algorithm.gradient]);
  });

  it('draws other actions each time and the same ones for the same seed', () => {
    const act = (): number[][] => {
      const { algorithm, spec } = createAlgorithm();
      algorithm.parameters.fill(0);
      return [1, 2, 3].map(() => {
        algorithm.beginRollout(true, beginning(spec));
        for (let step = 0; step < shape.steps; step += 1) algorithm.chooseActions(step);
        return [...algorithm.rollout.actions.subarray(0, shape.steps * shape.environments)];
      });
    };
    const [first, second, third] = act();
    expect(first).not.toEqual(second);
    expect(second).not.toEqual(third);
    expect(act()).toEqual([first, second, third]);
  });

  it('begins where the one before ended', () => {
    const { algorithm } = createAlgorithm();
    replayRollout(algorithm, record);
    algorithm.rollout.restart();
    const begun = algorithm.rollout.observations.subarray(0, shape.environments * shape.observationSize);
    expect([...begun]).toEqual(record.observations.slice(-shape.environments).flat());
    expect(algorithm.rollout.usedRows).toBe((shape.steps + 1) * shape.environments);
    expect(algorithm.rollout.episodeCount).toBe(0);
  });
});
