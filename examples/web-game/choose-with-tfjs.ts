// The same choice with TensorFlow.js alone, without a3c-server.
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Returns the allowed action with the largest logit. */
export function chooseWithTfjs(
  model: LayersModel,
  observation: readonly number[],
  mask: readonly boolean[],
): number {
  const logits = tf.tidy(() => {
    const outputs = model.predict(tf.tensor2d([[...observation]]));
    const [policy] = Array.isArray(outputs) ? outputs : [outputs];
    return policy?.dataSync() ?? new Float32Array();
  });
  const allowed = [...logits].map((logit, action) => (mask[action] ? logit : -Infinity));
  return allowed.indexOf(Math.max(...allowed));
}
