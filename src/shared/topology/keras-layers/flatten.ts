// Flatten layers in Keras.
import { createReshape, type KerasExporter } from './keras-layer.ts';

export const flatten: KerasExporter<'flatten'> = {
  computedFields: ['target_shape'],
  describe: (name, { outputShape }, input) => ({
    layers: [createReshape(name, outputShape, input)],
    states: [],
  }),
};
