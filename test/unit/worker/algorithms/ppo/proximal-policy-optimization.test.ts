// PPO's update phase, driven by an exchange that stands in for the master.
import { describeNetwork } from '../../../../../src/shared/algorithms/describe-network.ts';
import { describe, expect, it } from 'vitest';
import type { GradientMetrics } from '../../../../../src/shared/measures/measures.ts';
import { compileKernels } from '../../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../../src/shared/engines/wasm/wasm-engine.ts';
import { cartPolePositions } from '../../../../../src/shared/environments/cart-pole-positions.ts';
import { cartPoleV1 } from '../../../../../src/shared/environments/cart-pole.ts';
import type { EnvironmentDefinition } from '../../../../../src/shared/environments/environment.ts';
import type { JobRequest } from '../../../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../../../src/shared/job/resolve-job-spec.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { ProximalPolicyOptimization } from '../../../../../src/worker/algorithms/ppo/proximal-policy-optimization.ts';
import type { GradientExchange } from '../../../../../src/worker/algorithms/gradient-exchange.ts';
import { drawParameters } from '../../../../fixtures/random-rollout.ts';
import { recordEnvironments } from '../../../../fixtures/record-environments.ts';
import { beginning } from '../../../../fixtures/training-start.ts';

interface Setup {
  readonly definition?: EnvironmentDefinition;
  readonly request?: Omit<JobRequest, 'environment'>;
}

function create({ definition = cartPoleV1, request = {} }: Setup) {
  const spec = resolveJobSpec(
    {
      environment: definition.id,
      algorithm: 'ppo',
      environmentsPerWorker: 4,
      rolloutLength: 6,
      normalizeAdvantages: false,
      network: { layers: [{ type: 'dense', units: 8, activation: 'tanh' }] },
      seed: 1,
      ...request,
    },
    definition,
    () => 1,
  );
  const algorithm = new ProximalPolicyOptimization({
    spec,
    definition,
    network: describeNetwork(spec, definition),
    random: Random.fromSeed(2),
    engine: WasmEngine.open(compileKernels()),
  });
  drawParameters(Random.fromSeed(3), algorithm.parameters);
  // Statistics are no weights: a variance is not negative.
  for (const { offset, size, initialValue } of algorithm.learning.layout.tensors) {
    if (offset >= algorithm.learning.layout.trainableSize && typeof initialValue === 'number')
      algorithm.parameters.fill(initialValue, offset, offset + size);
  }
  const environments = recordEnvironments(definition, algorithm.rollout, Random.fromSeed(4));
  void environments.recorder.start();
  const play = (): void => {
    algorithm.beginRollout(true, beginning(spec));
    for (let step = 0; step < spec.rolloutLength; step += 1) {
      algorithm.chooseActions(step);
      environments.play(step);
    }
  };
  return { spec, algorithm, play };
}

/** What the master says to the gradient of that number, counted from 1. */
type Answer = (sent: number) => { readonly isStopped?: boolean; readonly approximateKl?: number };

/** Applies nothing, and answers as `answer` says after each gradient. */
class RecordingExchange implements GradientExchange {
  readonly sent: GradientMetrics[] = [];
  readonly observations: number[][] = [];
  approximateKl = 0;
  readonly #algorithm: ProximalPolicyOptimization;
  readonly #answer: Answer;

  constructor(algorithm: ProximalPolicyOptimization, answer: Answer = () => ({})) {
    this.#algorithm = algorithm;
    this.#answer = answer;
  }

  send(metrics: GradientMetrics): boolean {
    this.sent.push({ ...metrics });
    this.observations.push([...this.#algorithm.learning.observations]);
    const { isStopped = false, approximateKl = 0 } = this.#answer(this.sent.length);
    this.approximateKl = approximateKl;
    return !isStopped;
  }

  receive(): boolean {
    return true;
  }
}

function countRows(observations: readonly (readonly number[])[], size: number): Map<string, number> {
  const rows = observations.flatMap((part) =>
    Array.from({ length: part.length / size }, (_, row) => part.slice(row * size, (row + 1) * size).join()),
  );
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

describe('the update phase of ppo', () => {
  it('goes through every row once an epoch, in another order each time', async () => {
    const { algorithm, play } = create({ request: { ppo: { epochs: 3, minibatches: 4 } } });
    play();
    const exchange = new RecordingExchange(algorithm);
    expect(await algorithm.learn(exchange)).toBe(true);
    expect(exchange.sent).toHaveLength(12);
    const acted = [...algorithm.rollout.observations.subarray(0, 24 * 4)];
    const counts = countRows(exchange.observations, 4);
    expect(counts).toEqual(countRows([acted, acted, acted], 4));
    expect(exchange.observations[0]).not.toEqual(exchange.observations[4]);
  });

  it('begins where the policy acted: no divergence, no row clipped', async () => {
    const { algorithm, play } = create({ request: { ppo: { epochs: 1, minibatches: 2 } } });
    play();
    const exchange = new RecordingExchange(algorithm);
    await algorithm.learn(exchange);
    for (const { approximateKl, clipFraction } of exchange.sent) {
      expect(Math.abs(approximateKl)).toBeLessThan(1e-6);
      expect(clipFraction).toBe(0);
    }
  });

  it('measures how far newer parameters are from those that acted', async () => {
    const { algorithm, play } = create({ request: { ppo: { epochs: 2, minibatches: 1 } } });
    play();
    const exchange = new RecordingExchange(algorithm, () => {
      drawParameters(Random.fromSeed(9), algorithm.parameters);
      return {};
    });
    await algorithm.learn(exchange);
    expect(exchange.sent[0]?.approximateKl).toBeCloseTo(0, 6);
    expect(exchange.sent[1]?.approximateKl).toBeGreaterThan(0.01);
  });

  it('ends a round whose mean divergence passes the target', async () => {
    const { algorithm, play } = create({
      request: { ppo: { epochs: 5, minibatches: 2, targetKl: 0.02 } },
    });
    play();
    const exchange = new RecordingExchange(algorithm, (sent) => ({
      approximateKl: sent === 3 ? 0.03 : 0.02,
    }));
    expect(await algorithm.learn(exchange)).toBe(true);
    expect(exchange.sent).toHaveLength(3);
  });

  it('stops when it is told to', async () => {
    const { algorithm, play } = create({ request: { ppo: { epochs: 5, minibatches: 2 } } });
    play();
    const exchange = new RecordingExchange(algorithm, (sent) => ({ isStopped: sent === 2 }));
    expect(await algorithm.learn(exchange)).toBe(false);
    expect(exchange.sent).toHaveLength(2);
  });

  it('gives each minibatch advantages of mean 0 where they are normalized', async () => {
    const { algorithm, play } = create({
      request: { normalizeAdvantages: true, ppo: { epochs: 1, minibatches: 3 } },
    });
    play();
    const exchange = new RecordingExchange(algorithm, () => {
      const { advantages } = algorithm.learning;
      const sum = advantages.reduce((total, advantage) => total + advantage, 0);
      expect(sum / advantages.length).toBeCloseTo(0, 5);
      return {};
    });
    await algorithm.learn(exchange);
    expect(exchange.sent).toHaveLength(3);
  });

  it('keeps the statistics of normalization within a round', async () => {
    const { algorithm, play } = create({
      request: { normalizeObservations: true, ppo: { epochs: 2, minibatches: 1 } },
    });
    const { trainableSize, size } = algorithm.learning.layout;
    play();
    const exchange = new RecordingExchange(algorithm, () => {
      // Other statistics arrive with the same weights.
      algorithm.parameters.fill(7, trainableSize, size);
      return {};
    });
    await algorithm.learn(exchange);
    expect(Math.abs(exchange.sent[1]?.approximateKl ?? Number.NaN)).toBeLessThan(1e-6);
  });
});

describe('minibatches of a network that remembers', () => {
  it('are whole environments whose memories go on where the rollout began', async () => {
    const { algorithm, play } = create({
      definition: { ...cartPolePositions, maxEpisodeSteps: 9 },
      request: {
        network: { shared: true, layers: [{ type: 'lstm', units: 6 }] },
        ppo: { epochs: 2, minibatches: 2 },
      },
    });
    // In the second rollout memories are carried in and episodes end.
    play();
    await algorithm.learn(new RecordingExchange(algorithm));
    algorithm.rollout.restart();
    play();
    expect([...algorithm.rollout.ends].some((end) => end !== 0)).toBe(true);
    const exchange = new RecordingExchange(algorithm);
    await algorithm.learn(exchange);
    expect(exchange.sent).toHaveLength(4);
    // The same parameters give the same probabilities only where every row goes on from the same memory.
    for (const { approximateKl, clipFraction } of exchange.sent) {
      expect(Math.abs(approximateKl)).toBeLessThan(1e-6);
      expect(clipFraction).toBe(0);
    }
  });
});

it('ppo goes on from its state as it would have', async () => {
  const first = create({ request: { ppo: { epochs: 2, minibatches: 2 } } });
  first.play();
  await first.algorithm.learn(new RecordingExchange(first.algorithm));
  const state = structuredClone(first.algorithm.getState());
  const learn = async ({ algorithm, play }: ReturnType<typeof create>): Promise<number[][]> => {
    play();
    const exchange = new RecordingExchange(algorithm);
    await algorithm.learn(exchange);
    return exchange.observations;
  };
  const fresh = create({ request: { ppo: { epochs: 2, minibatches: 2 } } });
  fresh.algorithm.setState(state);
  const other = create({ request: { ppo: { epochs: 2, minibatches: 2 } } });
  other.algorithm.setState({ ...state, shuffleRandom: Random.fromSeed(5).getState() });
  // Both environments stand at their beginning.
  const expected = await learn(fresh);
  const again = create({ request: { ppo: { epochs: 2, minibatches: 2 } } });
  again.algorithm.setState(state);
  expect(await learn(again)).toEqual(expected);
  expect(await learn(other)).not.toEqual(expected);
});
