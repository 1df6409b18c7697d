// ddpg on real threads: it learns, and its models are opened and played like any other.
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../src/shared/engines/wasm/wasm-engine.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/cli/models/load-model.ts';
import { evaluatePolicy } from '../../../src/master/evaluation/evaluate-policy.ts';
import { summarizeReturns } from '../../../src/shared/job/summarize-returns.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import type { EpisodeRecord } from '../../../src/shared/protocol/messages.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { startTraining } from '../../fixtures/start-training.ts';

const registry = new EnvironmentRegistry(builtInEnvironments);

describe('ddpg', () => {
  it('swings up Pendulum-v1 within some ten thousand steps, and its best model does so from its files', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'a3c-ddpg-'));
    try {
      const episodes: EpisodeRecord[] = [];
      const run = startTraining(
        { environment: 'Pendulum-v1', algorithm: 'ddpg', seed: 1, stop: { maxSteps: 15_000 } },
        { directory, listener: { onEpisode: (episode) => episodes.push(episode) } },
      );
      const { figures, best } = await run.finished;
      expect(figures.progress.steps).toBeGreaterThanOrEqual(15_000);
      // Steps of the warm-up count, but apply nothing.
      expect(figures.progress.updates).toBeLessThan(figures.progress.steps);
      expect(figures.losses.value).toBeGreaterThan(0);
      const mean = (records: readonly EpisodeRecord[]): number =>
        summarizeReturns(
          records.map((record) => record.return),
          0,
        ).mean;
      expect(mean(episodes.slice(-10))).toBeGreaterThan(mean(episodes.slice(0, 10)) + 400);
      const { card, definition, parameters } = await loadModel(directory, registry);
      expect(parameters).toEqual(best?.parameters);
      const { returns } = await evaluatePolicy({
        definition,
        network: describeNetwork(card.spec, definition),
        policy: card.spec.policy,
        parameters,
        engine: WasmEngine.open(compileKernels()),
        episodes: 50,
        randomState: Random.fromSeed(77).getState(),
      });
      // Random play returns −1200 on average, hanging still about −1500.
      expect(summarizeReturns(returns, 0).mean).toBeGreaterThan(-400);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
