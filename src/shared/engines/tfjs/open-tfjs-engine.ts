// Engine on TensorFlow.js, for one network. The kernels compute its policies and losses.
import type { Engine } from '../engine.ts';
import type { EngineChoice } from '../engine-choice.ts';
import type { EngineOptions } from '../open-engine.ts';
import { createFunctionNetworks } from '../wasm/network/function-networks.ts';
import { WasmEngine } from '../wasm/wasm-engine.ts';
import { startBackend } from './start-backend.ts';
import { createTfjsNetworks } from './tfjs-networks.ts';

export async function openTfjsEngine(
  { backend, module }: Extract<EngineChoice, { name: 'tfjs' }>,
  { kernels, network }: EngineOptions,
): Promise<Engine> {
  await startBackend(backend, module);
  const functions = await createTfjsNetworks(network);
  return WasmEngine.open(kernels, {
    name: 'tfjs',
    backend,
    networks: createFunctionNetworks(functions),
    close: () => {
      functions.close();
    },
  });
}
