// Models of ddpg: an action in the units of its space, and what the critic thinks of it.
import { compileKernels } from '../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import { describe, expect, it } from 'vitest';
import { PolicyAgent } from '../../../../src/shared/agents/policy-agent.ts';
import { createLayersModel } from '../../../../src/shared/model-format/create-layers-model.ts';
import { readLayersModel } from '../../../../src/shared/model-format/read-layers-model.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import type { PolicySpec } from '../../../../src/shared/policy/policy-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { createBoxSpace, type BoxSpace } from '../../../../src/shared/spaces/space.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { createMoreIsBetter } from '../../../fixtures/ddpg-algorithm.ts';
import { predictWithTfjs } from './load-with-tfjs.ts';
import { forwardReference } from './reference-forward.ts';

const network: NetworkSpec = {
  shared: false,
  initialization: 'orthogonal',
  layers: [{ type: 'dense', units: 6, activation: 'tanh' }],
  valueLayers: [
    { type: 'dense', units: 7, activation: 'relu' },
    { type: 'dense', units: 3, activation: 'elu' },
  ],
};
const actionSpace: BoxSpace = { type: 'box', shape: [2], low: [-2, 1], high: [2, 4] };

function createCase(outputActivation: 'linear' | 'tanh', observationShape: readonly number[]) {
  const policy: PolicySpec = { type: 'deterministic', outputActivation };
  const spec = { ...exampleSpec, algorithm: 'ddpg', network, policy } as const;
  const definition = {
    ...createMoreIsBetter(actionSpace),
    observationSpace: createBoxSpace(observationShape, -1, 1),
  };
  const layout = createParameterLayout(describeNetwork(spec, definition));
  const random = Random.fromSeed(3);
  const parameters = Float32Array.from({ length: layout.size }, () => random.nextNormal() / 2);
  const shape = { spec, definition, layout };
  return { ...shape, network, shape, parameters, files: createLayersModel({ ...shape, parameters }) };
}

const observations = [
  [0.1, -0.4, 0.9],
  [-1, 1, 0.5],
  [0, 0.3, -0.7],
];

describe.each(['linear', 'tanh'] as const)('a model with %s actions', (outputActivation) => {
  const act = (outputs: readonly number[]): number[] =>
    outputs.map((output, index) => {
      const low = actionSpace.low[index] ?? Number.NaN;
      const high = actionSpace.high[index] ?? Number.NaN;
      return outputActivation === 'tanh' ? (low + high) / 2 + ((high - low) / 2) * Math.tanh(output) : output;
    });

  it.each([[[3]], [[3, 1]]])(
    'gives the action in the units of its space and its value, from observations of shape %j',
    async (observationShape) => {
      const { files, ...built } = createCase(outputActivation, observationShape);
      const outputs = await predictWithTfjs(files, { rows: observations, shape: observationShape });
      observations.forEach((observation, row) => {
        const { logits, value } = forwardReference(built, observation, act);
        act(logits).forEach((element, index) => {
          expect(outputs.logits[row]?.[index]).toBeCloseTo(element, 5);
        });
        expect(outputs.values[row]).toBeCloseTo(value, 5);
      });
    },
  );

  it('is read back', () => {
    const { files, shape, parameters } = createCase(outputActivation, [3]);
    const json: unknown = JSON.parse(JSON.stringify(files.modelJson));
    expect(readLayersModel(json, files.weights, shape)).toEqual(parameters);
  });

  it('is refused with other bounds', () => {
    const { files, shape } = createCase(outputActivation, [3]);
    const definition = { ...shape.definition, actionSpace: { ...actionSpace, high: [3, 4] } };
    const read = (): unknown => readLayersModel(files.modelJson, files.weights, { ...shape, definition });
    // A linear model does not know its bounds.
    if (outputActivation === 'linear') expect(read).not.toThrow();
    else expect(read).toThrow('layer action');
  });

  it('acts greedily as the model says, clipped to the space', () => {
    const { spec, definition, parameters, layout } = createCase(outputActivation, [3]);
    const agent = new PolicyAgent({
      definition,
      network: describeNetwork(spec, definition),
      policy: spec.policy,
      parameters: parameters.map((one) => 4 * one),
      rows: 3,
      engine: WasmEngine.open(compileKernels()),
    });
    const quadrupled = { network, layout, parameters: parameters.map((one) => 4 * one) };
    agent.observe({
      observe: (target, offset) => {
        target.set(observations.flat(), offset);
      },
    });
    agent.chooseActions();
    const expected = observations.flatMap((observation) =>
      act(forwardReference(quadrupled, observation).logits),
    );
    expected.forEach((action, index) => {
      const low = actionSpace.low[index % 2] ?? Number.NaN;
      const high = actionSpace.high[index % 2] ?? Number.NaN;
      expect(agent.actions[index]).toBeCloseTo(Math.min(Math.max(action, low), high), 5);
    });
  });
});
