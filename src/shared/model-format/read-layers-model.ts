// Reader of layers models, the inverse of create-layers-model.ts: turns model files into parameters and refuses files
// that do not fit.
import { describeTopology } from './create-layers-model.ts';
import type { LayersModelShape } from './describe-layers-topology.ts';
import { parseLayersModel } from './parse-layers-model.ts';
import { placeModelWeights, takeParameters, type Placement } from './place-model-weights.ts';

/**
 * Reads the parameters in the layout's order. Parameters of the policy that belong to no layer are 0, because model
 * cards store them. Throws InvalidModelError if the files are not a model of this shape.
 */
export function readLayersModel(
  modelJson: unknown,
  weights: Uint8Array,
  shape: LayersModelShape,
): Float32Array {
  return takeParameters(weights, placeWeights(modelJson, weights.byteLength, shape), shape.layout.size);
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
  return placeModelWeights(parseLayersModel(modelJson), weightBytes, {
    layout: shape.layout,
    topology: describeTopology(shape),
    comparesEveryField: shape.spec.network.modelTopology !== undefined,
  });
}
