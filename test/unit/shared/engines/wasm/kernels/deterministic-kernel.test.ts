// The kernel of the deterministic policy against its plain TypeScript reference.
import { describe, expect, it } from 'vitest';
import { NO_ADDRESS, offsetBy } from '../../../../../../src/shared/engines/wasm/kernels/address.ts';
import { KernelPair } from '../../../../../fixtures/kernel-pair.ts';

describe('the deterministic kernel', () => {
  it('agrees on linear and squashed actions, with and without noise, in rows of any stride', () => {
    for (const [size, stride] of [
      [1, 1],
      [2, 2],
      [3, 7],
    ] as const) {
      for (const squash of [0, 1]) {
        for (const hasNoise of [false, true]) {
          const rows = 11;
          const pair = new KernelPair(size);
          const outputs = pair.place(rows * size, (random) => 3 * random.nextNormal());
          const noise = pair.place(rows * size);
          const actions = pair.place(rows * stride);
          pair.run((kernels) => {
            for (let index = 0; index < size; index += 1) {
              const noiseAddress = hasNoise ? offsetBy(noise, index) : NO_ADDRESS;
              kernels.deterministicAct(
                offsetBy(outputs, index),
                noiseAddress,
                offsetBy(actions, index),
                rows,
                size,
                stride,
                -1 - index,
                2,
                squash,
              );
            }
          });
          pair.expectEverywhereEqual();
          const chosen = pair.read(actions, rows * stride).filter((_, index) => index % stride === 0);
          expect(Math.min(...chosen)).toBeGreaterThanOrEqual(-1);
          expect(Math.max(...chosen)).toBeLessThanOrEqual(2);
        }
      }
    }
  });

  it('leaves an unbounded linear action as it is', () => {
    const pair = new KernelPair(1);
    const outputs = pair.place(5, (random) => 1e6 * random.nextNormal());
    const actions = pair.place(5);
    pair.run((kernels) => {
      kernels.deterministicAct(outputs, NO_ADDRESS, actions, 5, 1, 1, -Infinity, Infinity, 0);
    });
    expect(pair.read(actions, 5)).toEqual(pair.read(outputs, 5));
  });
});
