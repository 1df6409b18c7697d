// Dense layers in Keras.
import type { DenseLayerSpec } from '../../network/layers/dense-spec.ts';
import type { LayersModelLayer } from '../layers-model.ts';
import type { KerasExporter } from './keras-layer.ts';

export const dense: KerasExporter<'dense'> = {
  computedFields: ['units', 'activation'],
  describe: (name, { layer }, input) => ({ layers: [createDense(name, layer, input)], states: [] }),
};

export function createDense(
  name: string,
  { units, activation }: Pick<DenseLayerSpec, 'units' | 'activation'>,
  input: string,
): LayersModelLayer {
  const config = { name, units, activation, use_bias: true, trainable: true, dtype: 'float32' };
  return { class_name: 'Dense', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}
