// Backends of the peer: tfjs in plain JavaScript, or its WebAssembly kernels.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// Registers the gradients of tfjs's operations.
import '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerFilterGradient } from '../../src/shared/engines/tfjs/filter-gradient.ts';

export type PeerBackend = 'cpu' | 'wasm';

export async function startBackend(backend: PeerBackend): Promise<void> {
  setWasmPaths(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url).pathname);
  registerFilterGradient();
  await tf.setBackend(backend);
  await tf.ready();
}
