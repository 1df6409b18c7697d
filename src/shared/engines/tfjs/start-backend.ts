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
import { readNestedText } from './read-nested-text.ts';

let isPrepared = false;
let started: Promise<unknown> = Promise.resolve();

/**
 * Starts a backend; `module` is the URL of the module that registers `tensorflow`. Throws BackendUnavailableError, or
 * what the module throws. Starting the same backend again does nothing.
 */
export async function startBackend(backend: TfjsBackend, module?: string): Promise<void> {
  // One after another: TensorFlow.js would mix up two that start at the same time.
  const start = started.then(async () => {
    await startAlone(backend, module);
  });
  started = start.catch(() => undefined);
  await start;
}

async function startAlone(backend: TfjsBackend, module?: string): Promise<void> {
  if (!isPrepared) prepare();
  if (backend === 'wasm') locateWasmFiles();
  if (module !== undefined) await importNative(module);
  // Loading another copy of TensorFlow.js, e.g. in an environment, registers its own gradients again.
  registerFilterGradient();
  mendUnpackGradient();
  if (!tf.findBackendFactory(backend))
    throw new BackendUnavailableError(`no ${backend} backend of TensorFlow.js is registered`);
  if (tf.getBackend() !== backend && !(await tf.setBackend(backend))) {
    throw new BackendUnavailableError(`the ${backend} backend of TensorFlow.js does not start`);
  }
  // It may still be starting.
  await tf.ready();
}

/** Imports a module that registers its backend in the registry that all copies of TensorFlow.js in a thread share. */
async function importNative(module: string): Promise<void> {
  const imported: unknown = await import(module);
  const version = tf.version_core;
  const found = readNestedText(imported, ['default', 'version', 'tfjs-core']);
  if (found !== version)
    throw new BackendUnavailableError(
      `it has version ${found ?? 'unknown'} of TensorFlow.js, not ${version}`,
    );
}

/** Does once in each thread what must come before the first backend. */
function prepare(): void {
  isPrepared = true;
  // Otherwise TensorFlow.js advises to install its Node.js backend, on the standard output of every thread.
  tf.enableProdMode();
}

/** Bundlers of browser pages, which use the backend in plain JavaScript, do not know `import.meta.resolve`. */
function locateWasmFiles(): void {
  const directory = new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(decodeURIComponent(directory.pathname));
}
