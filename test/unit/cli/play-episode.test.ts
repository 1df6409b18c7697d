import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../src/shared/engines/wasm/wasm-engine.ts';
import { expect, it } from 'vitest';
import { playEpisode } from '../../../src/cli/play/play-episode.ts';
import { GreedyAgent } from '../../../src/shared/agents/greedy-agent.ts';
import { cartPolePositions as definition } from '../../../src/shared/environments/cart-pole-positions.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { drawParameters } from '../../fixtures/random-rollout.ts';

const spec = {
  ...exampleSpec,
  network: {
    shared: false,
    initialization: 'orthogonal' as const,
    layers: [{ type: 'lstm' as const, units: 7 }],
  },
};
const parameters = new Float32Array(createParameterLayout(describeNetwork(spec, definition)).size);
drawParameters(Random.fromSeed(5), parameters);
// Strong weights make the choice depend on the past.
parameters.forEach((parameter, index) => (parameters[index] = 6 * parameter));

async function playActions(agent: GreedyAgent, seed: number): Promise<number[]> {
  const actions: number[] = [];
  for await (const { action } of playEpisode(definition, agent, Random.fromSeed(seed)))
    actions.push(...action);
  return actions;
}

it('begins each episode without a memory of the one before', async () => {
  const agent = new GreedyAgent({
    definition,
    network: describeNetwork(spec, definition),
    policy: spec.policy,
    parameters,
    engine: WasmEngine.open(compileKernels()),
  });
  for (let seed = 1; seed <= 10; seed += 1) {
    const fresh = new GreedyAgent({
      definition,
      network: describeNetwork(spec, definition),
      policy: spec.policy,
      parameters,
      engine: WasmEngine.open(compileKernels()),
    });
    expect(await playActions(agent, seed), `seed ${seed}`).toEqual(await playActions(fresh, seed));
  }
});
