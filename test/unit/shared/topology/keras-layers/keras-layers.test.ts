// Every layer type as Keras computes it, against the engine; and what reading a model back takes for another layer.
import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../../src/shared/engines/wasm/wasm-engine.ts';
import { createLayersModel } from '../../../../../src/shared/model-format/create-layers-model.ts';
import { InvalidModelError } from '../../../../../src/shared/model-format/invalid-model-error.ts';
import { readLayersModel } from '../../../../../src/shared/model-format/read-layers-model.ts';
import { findDescriptor } from '../../../../../src/shared/network/layers/layer-descriptors.ts';
import { createParameterLayout } from '../../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { createBoxSpace } from '../../../../../src/shared/spaces/space.ts';
import { createTrunk, layerExamples, type LayerExample } from '../../../../fixtures/layer-examples.ts';
import { drawParameters } from '../../../../fixtures/random-rollout.ts';
import { predictWithTfjs } from '../../model-format/load-with-tfjs.ts';

const steps = 3;
const policyOutputs = 2;

function createModelShape(example: LayerExample) {
  const network = createTrunk(example);
  const observationShape = example.inputShape;
  const layout = createParameterLayout({ network, observationShape, policyOutputs });
  return { spec: { network }, definition: { observationSpace: { shape: observationShape } }, layout };
}

function createCase(example: LayerExample) {
  const shape = createModelShape(example);
  const random = Random.fromSeed(3);
  const parameters = new Float32Array(shape.layout.size);
  drawParameters(random, parameters);
  const observationSize = example.inputShape.reduce((product, extent) => product * extent, 1);
  const rows = Array.from({ length: steps }, () =>
    Array.from({ length: observationSize }, () => Math.fround(random.nextNormal())),
  );
  return { shape, parameters, rows, files: createLayersModel({ ...shape, parameters }) };
}

/** Values of rows that are the steps of one episode. */
function computeValues(example: LayerExample, { parameters, rows }: ReturnType<typeof createCase>): number[] {
  const network = createTrunk(example);
  const model = WasmEngine.open(compileKernels()).createActorCritic({
    shape: { network, observationShape: example.inputShape, policyOutputs },
    policy: { type: 'categorical' },
    spaces: {
      observationSpace: createBoxSpace(example.inputShape, -10, 10),
      actionSpace: { type: 'discrete', n: policyOutputs },
    },
    hasActionMask: false,
    observationSize: rows[0]?.length ?? 0,
    capacity: steps,
    lossRows: steps,
    environments: 1,
    random: Random.fromSeed(1),
  });
  model.parameters.set(parameters);
  model.refresh();
  model.observations.set(rows.flat());
  for (let row = 0; row < steps; row += 1) model.recurrence?.follow(row, row === 0 ? null : row - 1);
  model.computePolicy(0, steps);
  model.computeValues(0, steps);
  return [...model.values];
}

describe.each(layerExamples)('$name', (example) => {
  const built = createCase(example);
  const { files, rows, shape, parameters } = built;
  const { layers, input_layers: inputs, output_layers: outputs } = files.modelJson.modelTopology.config;
  const stateSizes = inputs.slice(1).map(([name]) => {
    const size = [layers.find((layer) => layer.name === name)?.config.batch_input_shape].flat(2).at(-1);
    return typeof size === 'number' ? size : Number.NaN;
  });

  it('gives in Keras what it gives in the engine, step by step', async () => {
    const values = computeValues(example, built);
    let states = stateSizes.map((size) => [Array<number>(size).fill(0)]);
    for (const [step, row] of rows.entries()) {
      const predicted = await predictWithTfjs(files, { rows: [row], shape: example.inputShape, states });
      expect(predicted.values[0]).toBeCloseTo(values[step] ?? Number.NaN, 5);
      states = predicted.states;
    }
  });

  it('has states in Keras exactly if it remembers', () => {
    const { isRecurrent } = findDescriptor(example.layer);
    expect(stateSizes.length > 0).toBe(isRecurrent);
    // Policy and value come first.
    expect(outputs).toHaveLength(2 + stateSizes.length);
  });

  it('is read back as it was written', () => {
    expect(readLayersModel(files.modelJson, files.weights, shape)).toEqual(parameters);
  });

  it('is not taken for a layer of other settings', () => {
    const descriptor = findDescriptor(example.layer);
    const variants = example.variants.filter(
      (layer) => descriptor.explainMisfit(layer, example.inputShape) === null,
    );
    for (const layer of variants) {
      const other = createModelShape({ ...example, layer });
      expect(() => readLayersModel(files.modelJson, files.weights, other)).toThrow(InvalidModelError);
      // Its weights and what follows may differ as well; the layer is refused for itself.
      expect(() => readLayersModel(files.modelJson, files.weights, other)).toThrow(/^layer trunk_0/);
    }
  });
});
