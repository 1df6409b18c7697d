// Keras layer that normalizes observations.
import { VARIANCE_EPSILON } from '../normalization/scale-rewards.ts';
import type { LayersModelLayer } from './layers-model.ts';

export const normalizationLayer = 'normalization';

/** Creates the layer (x − mean)/√(variance + ε) with the statistics of training, one pair for each element. */
export function createNormalization(input: string): LayersModelLayer {
  const name = normalizationLayer;
  const config = {
    name,
    axis: -1,
    epsilon: VARIANCE_EPSILON,
    center: false,
    scale: false,
    momentum: 0.99,
    trainable: false,
    dtype: 'float32',
  };
  return { class_name: 'BatchNormalization', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}
