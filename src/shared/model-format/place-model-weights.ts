// Places of a layout's tensors in the weights of a layers model, which must have the expected topology. It loads no
// schemas, so that browser pages stay small.
import type { ParameterLayout } from '../network/parameter-layout.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import { locateWeights, requireWeightBytes } from './locate-weights.ts';
import { layerFields } from '../topology/keras-layers/keras-layers.ts';
import type { LayersModel, LayersModelLayer } from '../topology/layers-model.ts';
import { toWeightName } from '../topology/to-weight-name.ts';

/** Offsets of a layer's tensor in the weights of a model and in the parameters. */
export interface Placement {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

export interface ExpectedModel {
  readonly layout: ParameterLayout;
  readonly topology: LayersModel['modelTopology'];
  /** Whether every field of a layer must be equal, and not only those that affect the outputs of known layers. */
  readonly comparesEveryField: boolean;
}

/**
 * Locates the tensors in the weights. Throws InvalidModelError if a model with this number of weight bytes is not the
 * expected one.
 */
export function placeModelWeights(
  model: LayersModel,
  weightBytes: number,
  expected: ExpectedModel,
): readonly Placement[] {
  checkTopology(model, expected);
  return placeTensors(model, weightBytes, expected.layout);
}

/** Copies the weights into flat parameters. Throws InvalidModelError if one of them is not finite. */
export function takeParameters(
  weights: Uint8Array,
  placements: readonly Placement[],
  size: number,
): Float32Array {
  // Copied, because the bytes may not be aligned to 4 (and a Buffer shares its pool).
  const values = new Float32Array(new Uint8Array(weights).buffer);
  requireFinite(values);
  const parameters = new Float32Array(size);
  for (const { from, to, size: count } of placements) parameters.set(values.subarray(from, from + count), to);
  return parameters;
}

/** Throws InvalidModelError if one of the weights is not finite. */
export function requireFinite(values: Float32Array): void {
  if (!values.every(Number.isFinite)) throw new InvalidModelError('the weights are not all finite numbers');
}

function checkTopology(model: LayersModel, { topology, comparesEveryField }: ExpectedModel): void {
  const expected = topology.config;
  const describe = comparesEveryField ? describeWholeLayer : describeLayer;
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
