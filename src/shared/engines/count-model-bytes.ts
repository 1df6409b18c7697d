// Memory of an engine's models, computed without creating them.
import type { ModelNetwork, ModelSize } from './model-size.ts';
import { countWasmModelBytes } from './wasm/count-wasm-model-bytes.ts';

const counters = { wasm: countWasmModelBytes } as const satisfies Record<
  string,
  (network: ModelNetwork, size: ModelSize) => number
>;

/** Counts the bytes of several models together, which compute the same network. */
export function countModelBytes(
  engine: keyof typeof counters,
  network: ModelNetwork,
  sizes: readonly ModelSize[],
): number {
  return sizes.reduce((sum, size) => sum + counters[engine](network, size), 0);
}
