// Engine on TensorFlow.js, for one network.
import type { Engine } from '../engine.ts';
import type { NetworkShape } from '../../network/parameter-layout.ts';
import { createFunctionNetworks } from '../wasm/network/function-networks.ts';
import { WasmEngine } from '../wasm/wasm-engine.ts';
import { createTfjsNetworks } from './tfjs-networks.ts';

export interface TfjsEngineOptions {
  /** Compiled kernels, for policies and losses. */
  readonly kernels: WebAssembly.Module;
  /** Name of the backend that was started. */
  readonly backend: string;
  readonly shape: NetworkShape;
}

export async function createTfjsEngine({ kernels, backend, shape }: TfjsEngineOptions): Promise<Engine> {
  const networks = createFunctionNetworks(await createTfjsNetworks(shape));
  return WasmEngine.open(kernels, { name: 'tfjs', backend, networks });
}
