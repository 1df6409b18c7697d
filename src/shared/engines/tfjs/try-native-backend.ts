// Trial of a module that registers TensorFlow.js's native backend.
import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailableError } from './backend-unavailable-error.ts';
import { readNestedText } from './read-nested-text.ts';
import { startBackend } from './start-backend.ts';

export interface NativeVersions {
  /** Version of the package. */
  readonly version: string;
  /** Version of TensorFlow. */
  readonly tensorflow: string;
}

/** Starts the backend and computes a gradient on it. Throws whatever the module throws, or BackendUnavailableError. */
export async function tryNativeBackend(module: string): Promise<NativeVersions> {
  await startBackend('tensorflow', module);
  const product = tf.tidy(() => {
    const matrix = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const differentiate = tf.grad((factor) => tf.sum(tf.matMul(factor, matrix)));
    return [...differentiate(tf.zeros([2, 2])).dataSync()];
  });
  // ∂Σ(X·M)/∂X has the sums of the rows of M in each of its rows.
  if (product.join() !== '3,7,3,7')
    throw new BackendUnavailableError(`it computes a gradient of [${product.join(', ')}], not [3, 7, 3, 7]`);
  const imported: unknown = await import(module);
  return {
    version: readNestedText(imported, ['default', 'version', 'tfjs-node']) ?? 'unknown',
    tensorflow: readNestedText(tf.backend(), ['binding', 'TF_Version']) ?? 'unknown',
  };
}
