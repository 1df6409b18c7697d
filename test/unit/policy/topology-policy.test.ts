// Policies of models with a topology of TensorFlow.js, which loadPolicy computes on TensorFlow.js.
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadPolicy, type PolicyState } from '../../../src/policy/node.ts';
import { PolicyAgent } from '../../../src/shared/agents/policy-agent.ts';
import { inspectTopology } from '../../../src/shared/engines/tfjs/inspect-topology.ts';
import { openTfjsEngine } from '../../../src/shared/engines/tfjs/open-tfjs-engine.ts';
import { startBackend } from '../../../src/shared/engines/tfjs/start-backend.ts';
import { compileKernels } from '../../../src/shared/engines/wasm/compile-kernels.ts';
import { cartPolePositions } from '../../../src/shared/environments/cart-pole-positions.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { drawModel } from '../../fixtures/model-files.ts';
import { createNormalizedTopology } from '../../fixtures/topologies/example-topologies.ts';
import { createStateTopology } from '../../fixtures/topologies/written-topologies.ts';

interface TopologyCase {
  readonly what: string;
  readonly definition: EnvironmentDefinition;
  readonly create: () => Record<string, unknown>;
}

describe('loadPolicy', () => {
  it.each<TopologyCase>([
    {
      what: 'running statistics',
      definition: cartPoleV1,
      create: () => createNormalizedTopology([4], 2),
    },
    { what: 'states', definition: cartPolePositions, create: () => createStateTopology(2, [4]) },
  ])('computes a topology with $what as evaluations do', async ({ definition, create }) => {
    await startBackend('wasm');
    const modelTopology = create();
    const modelDescription = await inspectTopology(modelTopology);
    const model = drawModel({ network: { modelTopology, modelDescription } }, definition, 4);
    const archive = zipSync(Object.fromEntries(model.files));
    const policy = await loadPolicy(archive);
    expect(policy.engine).toBe('tfjs');
    const engine = await openTfjsEngine(
      { name: 'tfjs', backend: 'wasm', reason: null },
      { kernels: compileKernels(), network: model.network },
    );
    const agent = new PolicyAgent({ ...model, policy: model.spec.policy, engine });
    let state: PolicyState | null = null;
    for (let step = 0; step < 40; step += 1) {
      const observation = definition.observationSpace.low.map((_, index) => Math.sin(step * (index + 1)));
      agent.observe({
        observe: (target, offset) => {
          target.set(observation, offset);
        },
      });
      agent.chooseActions();
      const prediction = policy.predict(observation, { state });
      state = prediction.state;
      expect(prediction.action, `step ${step}`).toBe(agent.actions[0]);
    }
    expect(
      policy.predict(
        definition.observationSpace.low.map(() => 0),
        { state, deterministic: false },
      ),
    ).toHaveProperty('action');
    policy.close();
    engine.close();
    await expect(loadPolicy(archive, { engine: 'wasm' })).rejects.toThrow(
      "the model's network is a modelTopology, which the kernels cannot compute: leave out `engine`",
    );
  });
});
