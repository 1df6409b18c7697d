// Start of a TensorFlow.js backend in this thread, with what its backends lack.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// Registers the gradients of operations.
import '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { TfjsBackend } from '../engine-choice.ts';
import { BackendUnavailableError } from './backend-unavailable-error.ts';
import { registerFilterGradient } from './filter-gradient.ts';
import { mendUnpackGradient } from './mend-unpack-gradient.ts';

let isPrepared = false;

/** Starts a backend; throws BackendUnavailableError. Starting the same one again does nothing. */
export async function startBackend(backend: TfjsBackend): Promise<void> {
  if (!isPrepared) prepare();
  // Loading another copy of TensorFlow.js, e.g. in an environment, registers its own gradients again.
  registerFilterGradient();
  mendUnpackGradient();
  if (tf.getBackend() !== backend && !(await tf.setBackend(backend))) {
    throw new BackendUnavailableError(`the ${backend} backend of TensorFlow.js does not start`);
  }
  // It may still be starting.
  await tf.ready();
}

/** Does once in each thread what must come before the first backend. */
function prepare(): void {
  isPrepared = true;
  // Otherwise TensorFlow.js advises to install its Node.js backend, on the standard output of every thread.
  tf.enableProdMode();
  const directory = new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(decodeURIComponent(directory.pathname));
}
