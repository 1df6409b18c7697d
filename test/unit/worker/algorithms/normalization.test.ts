// Normalization inside a worker: what the network sees, what rewards become, and what the master is told to merge.
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { findTensor, normalizationNames } from '../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../../src/shared/returns/generalized-advantage.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';
import { drawParameters, drawRollout } from '../../../fixtures/random-rollout.ts';
import {
  createRecordedAlgorithm,
  replayRollout,
  type RolloutRecord,
} from '../../../fixtures/recorded-rollout.ts';

const shape = { steps: 8, environments: 2, observationSize: 3, actions: 3, hasMask: false };
const mean = [5, -2, 0.5];
const variance = [4, 0.25, 9];

function createAlgorithm(settings: Partial<JobSpec>) {
  const recorded = createRecordedAlgorithm({
    observationSize: shape.observationSize,
    actions: shape.actions,
    hasMask: false,
    settings: { rolloutLength: shape.steps, environmentsPerWorker: shape.environments, ...settings },
  });
  const { algorithm, layout } = recorded;
  drawParameters(Random.fromSeed(5), algorithm.parameters.subarray(0, layout.trainableSize));
  const write = (name: string, numbers: readonly number[]): void => {
    const tensor = findTensor(layout, name);
    if (tensor) algorithm.parameters.set(numbers, tensor.offset);
  };
  write(normalizationNames.observationMean, mean);
  write(normalizationNames.observationVariance, variance);
  write(normalizationNames.returnVariance, [16]);
  return recorded;
}

function mapObservations(
  record: RolloutRecord,
  change: (element: number, index: number) => number,
): RolloutRecord {
  const { observations, finalObservations } = record;
  return {
    ...record,
    observations: observations.map((observation) => observation.map(change)),
    finalObservations: new Map([...finalObservations].map(([row, final]) => [row, final.map(change)])),
  };
}

describe('observation normalization', () => {
  it('gives the gradient of observations that were normalized by hand, those that bootstrap included', () => {
    const record = drawRollout(Random.fromSeed(4), shape);
    const raw = mapObservations(record, (x, index) => (mean[index] ?? 0) + x * (index + 1));
    const byHand = mapObservations(
      raw,
      (x, index) => (x - (mean[index] ?? 0)) / Math.sqrt((variance[index] ?? 0) + 1e-6),
    );
    for (const shared of [false, true]) {
      const network: NetworkSpec = { shared, layers: [], initialization: 'orthogonal' };
      const normalizing = createAlgorithm({ normalizeObservations: true, network }).algorithm;
      const plain = createAlgorithm({ network }).algorithm;
      replayRollout(normalizing, raw);
      replayRollout(plain, byHand);
      expect(measureRelativeError(normalizing.gradient, plain.gradient)).toBeLessThan(1e-5);
    }
  });

  it('measures the observations acted on as the environment showed them', () => {
    const { algorithm } = createAlgorithm({ normalizeObservations: true });
    const record = drawRollout(Random.fromSeed(4), shape);
    replayRollout(algorithm, record);
    const rows = shape.steps * shape.environments;
    expect(algorithm.moments).toHaveLength(7);
    expect(algorithm.moments[0]).toBe(rows);
    const seen = record.observations.slice(0, rows).map((observation) => observation[1] ?? 0);
    expect(algorithm.moments[2]).toBeCloseTo(seen.reduce((sum, x) => sum + x, 0) / rows, 6);
  });
});

describe('reward normalization', () => {
  const network: NetworkSpec = { shared: false, layers: [], initialization: 'orthogonal' };

  it('gives the gradient of rewards over the standard deviation of returns', () => {
    const record = drawRollout(Random.fromSeed(9), shape);
    const deviation = Math.sqrt(16 + 1e-6);
    const byHand = { ...record, rewards: record.rewards.map((reward) => reward / deviation) };
    const normalizing = createAlgorithm({ normalizeRewards: true, network }).algorithm;
    const plain = createAlgorithm({ network }).algorithm;
    replayRollout(normalizing, record);
    replayRollout(plain, byHand);
    expect(measureRelativeError(normalizing.gradient, plain.gradient)).toBeLessThan(1e-5);
  });

  it.each([
    ['ends', TERMINATED],
    ['is cut off', TRUNCATED],
  ])('follows discounted returns from rollout to rollout, and begins anew where an episode %s', (_, end) => {
    const { algorithm } = createAlgorithm({
      normalizeRewards: true,
      network,
      discount: 0.5,
      rolloutLength: 2,
      environmentsPerWorker: 1,
    });
    const record = (rewards: number[], ends: number[]): RolloutRecord => ({
      observations: [0, 1, 2].map(() => [0, 0, 0]),
      actions: [0, 0],
      masks: null,
      rewards,
      ends,
      finalObservations: new Map(ends[0] === TRUNCATED ? [[0, [0, 0, 0]]] : []),
    });
    replayRollout(algorithm, record([8, 4], [end, CONTINUES]));
    // Returns 8, then 4: count, mean, squared deviations.
    expect([...algorithm.moments]).toEqual([2, 6, 8]);
    algorithm.rollout.restart();
    replayRollout(algorithm, record([0, 1], [CONTINUES, CONTINUES]));
    // 0 + 4/2, then 1 + 2/2.
    expect([...algorithm.moments]).toEqual([2, 2, 0]);
  });
});

describe('advantage normalization', () => {
  it('gives the advantages of a rollout mean 0 and standard deviation 1, and leaves the returns alone', () => {
    const record = drawRollout(Random.fromSeed(9), shape);
    const normalizing = createAlgorithm({ normalizeAdvantages: true }).algorithm;
    const plain = createAlgorithm({}).algorithm;
    replayRollout(normalizing, record);
    replayRollout(plain, record);
    const count = normalizing.model.advantages.length;
    const sum = normalizing.model.advantages.reduce((total, advantage) => total + advantage, 0);
    const squares = normalizing.model.advantages.reduce((total, advantage) => total + advantage ** 2, 0);
    expect(sum / count).toBeCloseTo(0, 5);
    expect(squares / count).toBeCloseTo(1, 4);
    expect([...normalizing.model.returns]).toEqual([...plain.model.returns]);
  });
});
