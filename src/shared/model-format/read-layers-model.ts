// The inverse of create-layers-model.ts: model files → parameters, refusing whatever does not fit.
import type { ParameterLayout } from '../parameters/parameter-layout.ts';
import { describeTopology, type LayersModelShape } from './create-layers-model.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import { layersModelSchema, toWeightName, type LayersModel, type LayersModelLayer } from './layers-model.ts';

/**
 * The parameters in the layout's order; those that belong to the policy instead of a layer are 0, since model cards
 * keep them. Throws InvalidModelError where the files are not a model of this shape.
 */
export function readLayersModel(
  modelJson: unknown,
  weights: Uint8Array,
  shape: LayersModelShape,
): Float32Array {
  const parsed = layersModelSchema.safeParse(modelJson);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new InvalidModelError(`not a layers model: ${reasons.join('; ')}`);
  }
  checkTopology(parsed.data, shape);
  return readParameters(parsed.data, weights, shape.layout);
}

function checkTopology(model: LayersModel, shape: LayersModelShape): void {
  const expected = describeTopology(shape).config;
  const actual = model.modelTopology.config;
  for (const layer of expected.layers) {
    const found = actual.layers.find(({ name }) => name === layer.name);
    if (found === undefined) throw new InvalidModelError(`the model has no layer ${layer.name}`);
    if (describeLayer(found) !== describeLayer(layer)) {
      throw new InvalidModelError(
        `layer ${layer.name} is ${describeLayer(found)}, not ${describeLayer(layer)}`,
      );
    }
  }
  if (actual.layers.length !== expected.layers.length) {
    throw new InvalidModelError(
      `the model has ${actual.layers.length} layers, not ${expected.layers.length}`,
    );
  }
  for (const side of ['input_layers', 'output_layers'] as const) {
    const [found, wanted] = [actual[side], expected[side]].map((nodes) => JSON.stringify(nodes));
    if (found !== wanted) throw new InvalidModelError(`the ${side} of the model are ${found}, not ${wanted}`);
  }
}

/** Everything of a layer that its outputs depend on, apart from its weights. */
function describeLayer({ class_name, config, inbound_nodes }: LayersModelLayer): string {
  return JSON.stringify({
    class_name,
    ...Object.fromEntries(computedFields.map((field) => [field, config[field]])),
    inbound_nodes,
  });
}

const computedFields = [
  'batch_input_shape',
  'target_shape',
  'units',
  'filters',
  'kernel_size',
  'strides',
  'padding',
  'data_format',
  'dilation_rate',
  'activation',
  'recurrent_activation',
  'return_sequences',
  'return_state',
  'go_backwards',
  'scale',
  'offset',
];

function readParameters(model: LayersModel, weights: Uint8Array, layout: ParameterLayout): Float32Array {
  const stored = locateWeights(model);
  if (weights.byteLength !== stored.size * 4) {
    throw new InvalidModelError(`the weights have ${weights.byteLength} bytes, not ${stored.size * 4}`);
  }
  const layerTensors = layout.tensors.filter(({ owner }) => owner === 'layer');
  const expectedSize = layerTensors.reduce((sum, { size }) => sum + size, 0);
  if (stored.size !== expectedSize) {
    throw new InvalidModelError(`the model has ${stored.size} parameters, not ${expectedSize}`);
  }
  // Copied, as a view over arbitrary bytes need not be aligned to 4 (and a Buffer shares its pool).
  const values = new Float32Array(new Uint8Array(weights).buffer);
  if (!values.every(Number.isFinite)) throw new InvalidModelError('the weights are not all finite numbers');
  const parameters = new Float32Array(layout.size);
  for (const tensor of layerTensors) {
    const weight = stored.byName.get(toWeightName(tensor.name));
    if (weight?.shape.join() !== tensor.shape.join()) {
      const found = weight ? `has shape [${weight.shape.join()}]` : 'is missing';
      throw new InvalidModelError(`${toWeightName(tensor.name)} ${found}; expected [${tensor.shape.join()}]`);
    }
    parameters.set(values.subarray(weight.offset, weight.offset + tensor.size), tensor.offset);
  }
  return parameters;
}

interface StoredWeight {
  readonly shape: readonly number[];
  readonly offset: number;
}

/** Where each tensor stands among the weights: groups and tensors follow one another without gaps. */
function locateWeights(model: LayersModel): {
  readonly byName: Map<string, StoredWeight>;
  readonly size: number;
} {
  const byName = new Map<string, StoredWeight>();
  let size = 0;
  for (const { name, shape } of model.weightsManifest.flatMap((group) => group.weights)) {
    if (byName.has(name)) throw new InvalidModelError(`the model names ${name} twice`);
    byName.set(name, { shape, offset: size });
    size += shape.reduce((product, extent) => product * extent, 1);
  }
  return { byName, size };
}
