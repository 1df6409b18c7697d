// Real training on real threads: it learns, and random play does not.
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../src/shared/engines/wasm/wasm-engine.ts';
import { describe, expect, it } from 'vitest';
import { evaluatePolicy } from '../../../src/master/evaluation/evaluate-policy.ts';
import { summarizeReturns } from '../../../src/shared/job/summarize-returns.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { startTraining } from '../../fixtures/start-training.ts';

describe.each(['a3c', 'a2c', 'ppo'] as const)('%s', (algorithm) => {
  it.each(['Identity-v0', 'MaskedIdentity-v0'])('learns %s', async (environment) => {
    const run = startTraining({ environment, algorithm, seed: 1, stop: { maxSteps: 300_000 } });
    const { reason, figures } = await run.finished;
    expect(reason).toBe('targetReward');
    expect(figures.reward.movingAverage).toBeGreaterThanOrEqual(18);
    expect(figures.reward.evaluation?.mean).toBeGreaterThanOrEqual(18);
  });

  it('learns without exploring beyond the policy itself', async () => {
    const run = startTraining({
      environment: 'Identity-v0',
      algorithm,
      seed: 2,
      entropyCoefficient: 0,
      gaeLambda: 1,
      optimizer: { type: 'rmsprop', learningRate: 0.003 },
      stop: { maxSteps: 300_000 },
    });
    expect((await run.finished).reason).toBe('targetReward');
  });
});

describe('whole episodes', () => {
  it('teach the identity without a critic, and by one update per episode with one', async () => {
    for (const algorithm of ['reinforce', 'a3c'] as const) {
      const { reason, figures } = await startTraining({
        environment: 'Identity-v0',
        algorithm,
        rolloutEpisodes: 2,
        discount: 0,
        gaeLambda: 1,
        seed: 1,
        stop: { maxSteps: 300_000 },
      }).finished;
      expect(reason).toBe('targetReward');
      expect(figures.losses.value === null).toBe(algorithm === 'reinforce');
    }
  });
});

describe('continuous control', () => {
  it('reports the mean and standard deviation of its policy', async () => {
    const { figures } = await startTraining({
      environment: 'GaussianTarget-v0',
      algorithm: 'reinforce',
      policy: { type: 'gaussian', initialLogStandardDeviation: 0 },
      optimizer: { learningRate: 0.01 },
      normalizeAdvantages: true,
      rolloutEpisodes: 64,
      seed: 1,
      stop: { maxSteps: 600_000 },
    }).finished;
    // Means over the last second of training, which on a busy machine is much of it.
    expect(Math.abs((figures.policy.mean ?? 0) - 4)).toBeLessThan(1);
    expect(figures.policy.standardDeviation).toBeLessThan(1);
  });
});

describe('CartPole-v1 with the shipped preset', () => {
  it('is solved, and the best parameters stand on their own', async () => {
    const { reason, figures, best } = await startTraining({ environment: 'CartPole-v1', seed: 1 }).finished;
    expect(reason).toBe('targetReward');
    expect(figures.reward.movingAverage).toBeGreaterThanOrEqual(475);
    if (!best) throw new Error('nothing was evaluated');
    const definition = new EnvironmentRegistry(builtInEnvironments).get('CartPole-v1');
    const spec = resolveJobSpec({ environment: 'CartPole-v1' }, definition, () => 1);
    const { returns } = await evaluatePolicy({
      definition: cartPoleV1,
      network: describeNetwork(spec, cartPoleV1),
      policy: spec.policy,
      parameters: best.parameters,
      engine: WasmEngine.open(compileKernels()),
      episodes: 100,
      randomState: Random.fromSeed(12_345).getState(),
    });
    expect(summarizeReturns(returns, 0).mean).toBeGreaterThanOrEqual(475);
  });
});

describe('the random baseline', () => {
  it('balances the pole for about 22 steps, and changes nothing', async () => {
    const run = startTraining({
      environment: 'CartPole-v1',
      algorithm: 'random',
      seed: 1,
      stop: { maxEpisodes: 3000, targetReward: null },
    });
    const { figures, best, finalParameters } = await run.finished;
    const again = startTraining({
      environment: 'CartPole-v1',
      algorithm: 'random',
      seed: 1,
      stop: { maxEpisodes: 1, targetReward: null },
    });
    const { progress, reward, throughput } = figures;
    expect(progress.updates).toBe(0);
    expect(throughput.updatesPerSecond).toBe(0);
    expect(best).toBeNull();
    expect([...(await again.finished).finalParameters]).toEqual([...finalParameters]);
    // Of all episodes: the last hundred alone stray by more.
    const meanLength = progress.steps / progress.episodes;
    expect(meanLength).toBeGreaterThan(20);
    expect(meanLength).toBeLessThan(24.5);
    expect(reward.movingAverage).toBeGreaterThan(15);
    expect(reward.movingAverage).toBeLessThan(30);
  });

  it('takes allowed actions only', async () => {
    const run = startTraining({
      environment: 'MaskedIdentity-v0',
      algorithm: 'random',
      seed: 1,
      stop: { maxEpisodes: 500, targetReward: null },
    });
    // One of four allowed actions is right: 5 of 20. A forbidden one would cost 1.
    const { movingAverage } = (await run.finished).figures.reward;
    expect(movingAverage).toBeGreaterThan(4);
    expect(movingAverage).toBeLessThan(6);
  });
});
