import { compileKernels } from '../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import { expect, it } from 'vitest';
import { PolicyAgent } from '../../../../src/shared/agents/policy-agent.ts';
import { cartPolePositions as definition } from '../../../../src/shared/environments/cart-pole-positions.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { drawParameters } from '../../../fixtures/random-rollout.ts';
import { forwardReference, type LstmState } from '../model-format/reference-forward.ts';

it('carries what it remembers from step to step of each row until the episode ends', () => {
  const network: NetworkSpec = {
    shared: false,
    initialization: 'orthogonal',
    layers: [{ type: 'lstm', units: 7 }],
  };
  const spec = { ...exampleSpec, network };
  const layout = createParameterLayout(describeNetwork(spec, definition));
  const parameters = new Float32Array(layout.size);
  drawParameters(Random.fromSeed(5), parameters);
  // Strong weights make the choice depend on the past.
  parameters.forEach((parameter, index) => (parameters[index] = 6 * parameter));
  const agent = new PolicyAgent({
    definition,
    network: describeNetwork(spec, definition),
    policy: spec.policy,
    parameters,
    rows: 2,
    engine: WasmEngine.open(compileKernels()),
  });
  const random = Random.fromSeed(2);
  const players = [0, 1].map((row) => {
    const environment = definition.create();
    environment.reset(random);
    return { row, environment, memory: new Map<string, LstmState>() };
  });
  const observation = new Float32Array(2);
  const chosen = new Set<number>();
  for (let step = 0; step < 60; step += 1) {
    agent.observe({
      observe: (target, offset) => {
        for (const { environment, row } of players) environment.observe(target, offset + 2 * row);
      },
    });
    agent.chooseActions();
    for (const { environment, row, memory } of players) {
      environment.observe(observation, 0);
      const { logits } = forwardReference({ network, layout, parameters, memory }, [...observation]);
      const action = logits.indexOf(Math.max(...logits));
      expect(agent.actions[row], `step ${step} of row ${row}`).toBe(action);
      chosen.add(action);
      environment.step(agent.actions, row, random);
      if (!environment.terminated) continue;
      environment.reset(random);
      agent.startEpisode(row);
      memory.clear();
    }
  }
  expect(chosen.size).toBe(2);
});
