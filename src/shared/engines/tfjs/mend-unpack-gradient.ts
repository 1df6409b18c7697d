// Gradient of tf.unstack. That of TensorFlow.js fails if there is one part, as in recurrent layers that take one step.
import * as tf from '@tensorflow/tfjs-core';

const kernelName = 'Unpack';

export function mendUnpackGradient(): void {
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    gradFunc: (dy, _, attrs) => ({
      value: () => tf.stack(Array.isArray(dy) ? dy : [dy], Number(attrs.axis)),
    }),
  });
}
