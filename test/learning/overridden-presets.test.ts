// Presets with changed settings: the request of the README, and networks of many shapes. All use a2c, whose runs are
// reproducible.
import { describeNetwork } from '../../src/shared/algorithms/describe-network.ts';
import { compileKernels } from '../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../src/shared/engines/wasm/wasm-engine.ts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluatePolicy } from '../../src/master/evaluation/evaluate-policy.ts';
import { summarizeReturns } from '../../src/shared/job/summarize-returns.ts';
import { cartPoleV1 } from '../../src/shared/environments/cart-pole.ts';
import { jobRequestSchema, type JobRequest } from '../../src/shared/job/job-spec.ts';
import type { Layer } from '../../src/shared/network/layers/layer-spec.ts';
import { Random } from '../../src/shared/random/random.ts';
import { startTraining } from '../fixtures/start-training.ts';

/** The body of the README's POST that overrides the preset's network. */
function readDocumentedRequest(): JobRequest {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const bodies = [...readme.matchAll(/-d '(\{[^']+\})'/g)].map(([, body = '']) => body);
  const request = bodies.find((body) => body.includes('"network"'));
  if (request === undefined) throw new Error('README.md posts no request with a network');
  return jobRequestSchema.parse(JSON.parse(request));
}

/** Trains CartPole-v1; the mean of fresh greedy episodes with the best parameters. */
async function train(request: JobRequest): Promise<{ reason: string; greedyMean: number }> {
  const { reason, best, spec } = await startTraining(request).finished;
  if (!best) throw new Error('nothing was evaluated');
  const { returns } = await evaluatePolicy({
    definition: cartPoleV1,
    network: describeNetwork(spec, cartPoleV1),
    policy: spec.policy,
    parameters: best.parameters,
    engine: WasmEngine.open(compileKernels()),
    episodes: 20,
    randomState: Random.fromSeed(12_345).getState(),
  });
  return { reason, greedyMean: summarizeReturns(returns, 0).mean };
}

describe("the README's request with a network of its own", () => {
  const request = readDocumentedRequest();

  it('asks for a shared trunk of CartPole-v1 with seed 7', () => {
    expect(request).toMatchObject({ environment: 'CartPole-v1', algorithm: 'a2c', seed: 7 });
    expect(request.network?.shared).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('solves CartPole with seed %d', async (seed) => {
    const { reason, greedyMean } = await train({ ...request, seed });
    expect(reason).toBe('targetReward');
    expect(greedyMean).toBeGreaterThanOrEqual(475);
  });
});

const networks: readonly (readonly Layer[])[] = [
  [{ type: 'dense', units: 64, activation: 'tanh' }],
  [
    { type: 'dense', units: 64, activation: 'tanh' },
    { type: 'dense', units: 64, activation: 'tanh' },
  ],
  [{ type: 'dense', units: 128, activation: 'relu' }],
  [{ type: 'dense', units: 32, activation: 'relu' }],
];

describe.each([true, false])('CartPole with another network, shared: %s', (shared) => {
  it.each(networks.map((layers) => ({ layers, name: JSON.stringify(layers) })))(
    'is solved by $name',
    async ({ layers }) => {
      const { reason, greedyMean } = await train({
        environment: 'CartPole-v1',
        algorithm: 'a2c',
        seed: 1,
        network: { shared, layers: [...layers] },
        stop: { maxSteps: 300_000 },
      });
      expect(reason).toBe('targetReward');
      expect(greedyMean).toBeGreaterThanOrEqual(475);
    },
  );
});
