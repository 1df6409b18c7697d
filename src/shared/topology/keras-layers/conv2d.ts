// Convolution layers in Keras.
import type { KerasExporter } from './keras-layer.ts';

export const conv2d: KerasExporter<'conv2d'> = {
  computedFields: [
    'filters',
    'kernel_size',
    'strides',
    'padding',
    'data_format',
    'dilation_rate',
    'activation',
  ],
  describe(name, { layer }, input) {
    const { filters, kernelSize, strides, activation } = layer;
    const config = {
      name,
      filters,
      kernel_size: [kernelSize, kernelSize],
      strides: [strides, strides],
      padding: 'valid',
      data_format: 'channels_last',
      dilation_rate: [1, 1],
      activation,
      use_bias: true,
      trainable: true,
      dtype: 'float32',
    };
    return {
      layers: [{ class_name: 'Conv2D', name, config, inbound_nodes: [[[input, 0, 0, {}]]] }],
      states: [],
    };
  },
};
