// Memory of an engine's models, computed without creating them.
import type { EngineName } from './engine-choice.ts';
import type { ModelNetwork, ModelSize } from './model-size.ts';
import { countTfjsModelBytes } from './tfjs/count-tfjs-model-bytes.ts';
import { countWasmModelBytes } from './wasm/count-wasm-model-bytes.ts';

type CountBytes = (network: ModelNetwork, size: ModelSize) => number;

const counters: Readonly<Record<EngineName, CountBytes>> = {
  wasm: countWasmModelBytes,
  tfjs: countTfjsModelBytes,
};

/** Counts the bytes of several models together, which compute the same network. */
export function countModelBytes(
  engine: EngineName,
  network: ModelNetwork,
  sizes: readonly ModelSize[],
): number {
  return sizes.reduce((sum, size) => sum + counters[engine](network, size), 0);
}
