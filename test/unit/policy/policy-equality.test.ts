// Actions of loadPolicy against those of the greedy agent, which evaluations play with, on every environment and kind
// of policy.
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadPolicy, type PolicyState } from '../../../src/policy/node.ts';
import { evaluatePolicy } from '../../../src/master/evaluation/evaluate-policy.ts';
import { limitEpisodeSteps } from '../../../src/shared/environments/environment.ts';
import { PolicyAgent } from '../../../src/shared/agents/policy-agent.ts';
import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../src/shared/engines/wasm/wasm-engine.ts';
import { openBatch } from '../../../src/shared/environments/open-batch.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { CONTINUES } from '../../../src/shared/returns/generalized-advantage.ts';
import { flatSize } from '../../../src/shared/spaces/space.ts';
import { drawModel, type DrawnModel } from '../../fixtures/model-files.ts';
import { policyCases } from './policies.ts';

const engine = WasmEngine.open(compileKernels());
const episodes = 2;

function zip({ files }: DrawnModel): Uint8Array {
  return zipSync(Object.fromEntries(files), { level: 0 });
}

/** Plays one episode with `predict`, comparing each action with the greedy agent's; returns what it scored. */
async function playEpisode(model: DrawnModel, random: Random, choices: Set<string>): Promise<number> {
  const { definition, spec, network, parameters } = model;
  const policy = await loadPolicy(zip(model));
  const agent = new PolicyAgent({ definition, network, policy: spec.policy, parameters, engine });
  const batch = await openBatch(definition, { randoms: [random] });
  await batch.start();
  const observation = new Float32Array(flatSize(definition.observationSpace));
  const maskSize = definition.actionSpace.type === 'box' ? 0 : policy.needsMask ? 64 : 0;
  const maskRow = new Float32Array(maskSize);
  let state: PolicyState | null = null;
  let sum = 0;
  for (let step = 0; step < Math.min(limitEpisodeSteps(definition), 300); step += 1) {
    batch.observe(observation, 0);
    batch.writeActionMasks?.(maskRow, 0);
    const mask = policy.needsMask ? maskRow.subarray(0, countAlternatives(model)) : undefined;
    const prediction = policy.predict(observation, { mask, state });
    agent.observe(batch);
    agent.chooseActions();
    const action = [prediction.action].flat();
    // The agent's rows are float32, an action of a custom environment's box is clipped in float64.
    expect(action.map(Math.fround), `step ${step}`).toEqual([...agent.actions]);
    choices.add(String(action));
    state = prediction.state;
    await batch.step(Float32Array.from(action), 0);
    sum += batch.rewards[0] ?? 0;
    if (batch.ends[0] !== CONTINUES) break;
  }
  await batch.close();
  return sum;
}

function countAlternatives({ definition: { actionSpace } }: DrawnModel): number {
  if (actionSpace.type === 'box') return 0;
  return [actionSpace.n].flat().reduce((sum, count) => sum + count, 0);
}

describe('the actions of loadPolicy', () => {
  it.each(policyCases)(
    'are those of evaluations: $what',
    { timeout: 60_000 },
    async ({ definition, request }) => {
      const choices = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: 1_000_000 }), async (seed) => {
          const model = drawModel(request, definition, seed);
          const returns: number[] = [];
          for (let row = 0; row < episodes; row += 1)
            returns.push(await playEpisode(model, Random.fromSeed(seed).split(row), choices));
          if ((definition.maxEpisodeSteps ?? 0) > 300) return;
          const evaluated = await evaluatePolicy({
            ...model,
            policy: model.spec.policy,
            engine,
            episodes,
            randomState: Random.fromSeed(seed).getState(),
          });
          expect(returns).toEqual(evaluated.returns);
        }),
        { numRuns: 8 },
      );
      expect(choices.size).toBeGreaterThan(1);
    },
  );
});
