// Opening of the chosen engine in this thread.
import type { NetworkShape } from '../network/parameter-layout.ts';
import type { Engine } from './engine.ts';
import type { EngineChoice } from './engine-choice.ts';
import { WasmEngine } from './wasm/wasm-engine.ts';

export interface EngineOptions {
  /** Compiled kernels (see compileKernels), which every engine needs. */
  readonly kernels: WebAssembly.Module;
  /** The network that the engine's models compute. */
  readonly network: NetworkShape;
}

/** Opens an engine. Modules of TensorFlow.js are only loaded if it is chosen. */
export async function openEngine(choice: EngineChoice, { kernels, network }: EngineOptions): Promise<Engine> {
  if (choice.name === 'wasm') return WasmEngine.open(kernels);
  const { openTfjsEngine } = await import('./tfjs/open-tfjs-engine.ts');
  return await openTfjsEngine(choice, { kernels, network });
}
