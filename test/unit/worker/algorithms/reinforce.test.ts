// REINFORCE: the gradient of whole episodes by their returns alone, in rollouts as long as the episodes.
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../../src/shared/returns/generalized-advantage.ts';
import { drawParameters } from '../../../fixtures/random-rollout.ts';
import {
  createRecordedAlgorithm,
  replayRollout,
  type RolloutRecord,
} from '../../../fixtures/recorded-rollout.ts';

const observations = [
  [1, 0],
  [0, 1],
  [1, 1],
  [0, 0],
];
/** An episode of two steps and one of one, which a time limit ended. */
const record: RolloutRecord = {
  observations,
  actions: [0, 1, 1],
  masks: null,
  rewards: [1, 4, 10],
  ends: [CONTINUES, TERMINATED, TRUNCATED],
  finalObservations: new Map([[2, [1, 1]]]),
};

function createAlgorithm(settings: Partial<JobSpec> = {}) {
  const recorded = createRecordedAlgorithm({
    observationSize: 2,
    actions: 2,
    hasMask: false,
    settings: {
      algorithm: 'reinforce',
      network: { shared: false, layers: [], initialization: 'orthogonal' },
      rolloutLength: 12,
      rolloutEpisodes: 2,
      discount: 0.5,
      gaeLambda: 1,
      ...settings,
    },
  });
  drawParameters(Random.fromSeed(5), recorded.algorithm.parameters);
  return recorded;
}

describe('reinforce', () => {
  it('weighs each step by the discounted return of the rest of its episode', () => {
    const { algorithm } = createAlgorithm();
    replayRollout(algorithm, record, { entropyCoefficient: 0 });
    expect([...algorithm.model.advantages.subarray(0, 3)]).toEqual([1 + 0.5 * 4, 4, 10]);
  });

  it('has the gradient of mean(−log π(a|s)·G) over the steps that were made, and nothing else', () => {
    const { algorithm, layout } = createAlgorithm();
    replayRollout(algorithm, record, { entropyCoefficient: 0 });
    expect(layout.tensors.map(({ name }) => name)).toEqual(['policyHead/kernel', 'policyHead/bias']);
    const parameters = [...algorithm.parameters];
    const computeLoss = (theta: readonly number[]): number => {
      const returns = [3, 4, 10];
      return record.actions.reduce((sum, action, row) => {
        const [x = 0, y = 0] = observations[row] ?? [];
        const logits = [0, 1].map((k) => x * (theta[k] ?? 0) + y * (theta[2 + k] ?? 0) + (theta[4 + k] ?? 0));
        const total = Math.log(logits.reduce((all, logit) => all + Math.exp(logit), 0));
        return sum - (((logits[action] ?? 0) - total) * (returns[row] ?? 0)) / 3;
      }, 0);
    };
    algorithm.gradient.forEach((slope, index) => {
      const shift = (step: number): number =>
        computeLoss(parameters.map((parameter, at) => (at === index ? parameter + step : parameter)));
      expect(slope).toBeCloseTo((shift(1e-5) - shift(-1e-5)) / 2e-5, 4);
    });
  });

  it('reports no value loss', () => {
    const { algorithm } = createAlgorithm();
    expect(replayRollout(algorithm, record, { entropyCoefficient: 0 }).valueLoss).toBeNaN();
  });
});

describe('a rollout of whole episodes', () => {
  it('is complete with the last of them, or when there is no room left', () => {
    const { rollout } = createAlgorithm().algorithm;
    expect(rollout.isComplete).toBe(false);
    rollout.actedRows = 5;
    rollout.episodeCount = 1;
    expect(rollout.isComplete).toBe(false);
    rollout.episodeCount = 2;
    expect(rollout.isComplete).toBe(true);
    rollout.restart();
    expect(rollout.isComplete).toBe(false);
    rollout.actedRows = 12;
    expect(rollout.isComplete).toBe(true);
  });

  it('hands the observation after its last step to the next', () => {
    const { rollout } = createAlgorithm().algorithm;
    rollout.observations.set([1, 2, 3, 4, 5, 6, 7, 8]);
    rollout.actedRows = 3;
    rollout.restart();
    expect([...rollout.observations.subarray(0, 2)]).toEqual([7, 8]);
    expect(rollout.actedRows).toBe(0);
  });
});
