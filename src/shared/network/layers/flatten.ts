// Flatten layers: any shape to one row of the same numbers.
import { countElements } from '../shape.ts';
import type { FlattenLayerSpec } from './flatten-spec.ts';
import type { LayerDescriptor } from './layer-descriptor.ts';

export const flatten: LayerDescriptor<FlattenLayerSpec> = {
  isRecurrent: false,
  flattensObservation: false,
  explainMisfit: () => null,
  computeOutputShape: (_layer, inputShape) => [countElements(inputShape)],
  listTensors: () => [],
};
