// The deterministic policy's kernel in plain TypeScript, in float64; see kernels.ts for what it computes.
import type { Kernels } from './kernels.ts';

export function createReferenceDeterministicAct(all: Float32Array): Kernels['deterministicAct'] {
  return (outputs, noise, actions, rows, size, stride, low, high, squash) => {
    for (let row = 0; row < rows; row += 1) {
      const output = all[outputs / 4 + row * size]!;
      const mean = squash === 0 ? output : (low + high) / 2 + ((high - low) / 2) * Math.tanh(output);
      const action = mean + (noise === 0 ? 0 : all[noise / 4 + row * size]!);
      all[actions / 4 + row * stride] = Math.min(Math.max(action, low), high);
    }
  };
}
