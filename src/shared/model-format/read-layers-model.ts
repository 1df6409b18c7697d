// Reader of layers models, the inverse of create-layers-model.ts: turns model files into parameters and refuses files
// that do not fit.
import type { ParameterLayout } from '../network/parameter-layout.ts';
import { describeTopology, type LayersModelShape } from './create-layers-model.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import { locateWeights, parseLayersModel, requireWeightBytes } from './locate-weights.ts';
import { layerFields } from '../topology/keras-layers/keras-layers.ts';
import type { LayersModel, LayersModelLayer } from '../topology/layers-model.ts';
import { toWeightName } from '../topology/to-weight-name.ts';

/**
 * Reads the parameters in the layout's order. Parameters of the policy that belong to no layer are 0, because model
 * cards store them. Throws InvalidModelError if the files are not a model of this shape.
 */
export function readLayersModel(
  modelJson: unknown,
  weights: Uint8Array,
  shape: LayersModelShape,
): Float32Array {
  const placements = placeWeights(modelJson, weights.byteLength, shape);
  // Copied, because the bytes may not be aligned to 4 (and a Buffer shares its pool).
  const values = new Float32Array(new Uint8Array(weights).buffer);
  requireFinite(values);
  const parameters = new Float32Array(shape.layout.size);
  for (const { from, to, size } of placements) parameters.set(values.subarray(from, from + size), to);
  return parameters;
}

/** Throws InvalidModelError if one of the weights is not finite. */
export function requireFinite(values: Float32Array): void {
  if (!values.every(Number.isFinite)) throw new InvalidModelError('the weights are not all finite numbers');
}

/** Offsets of a layer's tensor in the weights of a model and in the parameters. */
interface Placement {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/**
 * Locates the tensors in the weights. Throws InvalidModelError if a model with this number of weight bytes does not
 * have this shape.
 */
export function placeWeights(
  modelJson: unknown,
  weightBytes: number,
  shape: LayersModelShape,
): readonly Placement[] {
  const model = parseLayersModel(modelJson);
  checkTopology(model, shape);
  return placeTensors(model, weightBytes, shape.layout);
}

function checkTopology(model: LayersModel, shape: LayersModelShape): void {
  const expected = describeTopology(shape).config;
  const describe = shape.spec.network.modelTopology ? describeWholeLayer : describeLayer;
  const actual = model.modelTopology.config;
  for (const layer of expected.layers) {
    const found = actual.layers.find(({ name }) => name === layer.name);
    if (found === undefined) throw new InvalidModelError(`the model has no layer ${layer.name}`);
    if (describe(found) !== describe(layer)) {
      throw new InvalidModelError(`layer ${layer.name} is ${describe(found)}, not ${describe(layer)}`);
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

/** Describes everything that a layer's outputs depend on, except its weights. */
function describeLayer({ class_name, config, inbound_nodes }: LayersModelLayer): string {
  return JSON.stringify({
    class_name,
    ...Object.fromEntries([...computedFields].map((field) => [field, config[field]])),
    inbound_nodes,
  });
}

/** Describes a layer of a topology, in which every field may matter. */
function describeWholeLayer({ class_name, config, inbound_nodes }: LayersModelLayer): string {
  return JSON.stringify({ class_name, config, inbound_nodes });
}

/** Fields of hidden layers, and of the input, the reshaped observation and the scale of actions. */
const computedFields = new Set(['batch_input_shape', 'target_shape', ...layerFields, 'scale', 'offset']);

function placeTensors(model: LayersModel, weightBytes: number, layout: ParameterLayout): Placement[] {
  const stored = locateWeights(model);
  requireWeightBytes(stored, weightBytes);
  const layerTensors = layout.tensors.filter(({ owner }) => owner === 'layer');
  const expectedSize = layerTensors.reduce((sum, { size }) => sum + size, 0);
  if (stored.size !== expectedSize) {
    throw new InvalidModelError(`the model has ${stored.size} parameters, not ${expectedSize}`);
  }
  return layerTensors.map(({ name, shape, offset, size }) => {
    const weight = stored.byName.get(toWeightName(name));
    if (weight?.shape.join() !== shape.join()) {
      const found = weight ? `has shape [${weight.shape.join()}]` : 'is missing';
      throw new InvalidModelError(`${toWeightName(name)} ${found}; expected [${shape.join()}]`);
    }
    return { from: weight.offset, to: offset, size };
  });
}
