// The kernels of the Gaussian policies against their plain TypeScript references.
import { describe, expect, it } from 'vitest';
import { NO_ADDRESS } from '../../../../../../src/shared/engines/wasm/kernels/address.ts';
import { KernelPair } from '../../../../../fixtures/kernel-pair.ts';

describe('Gaussian kernels', () => {
  const sizes = [1, 2, 3, 6];

  it('agree on actions and gradients with standard deviations beside the network', () => {
    for (const size of sizes) {
      const rows = 29;
      const pair = new KernelPair(size);
      const means = pair.place(rows * size);
      const logStandardDeviations = pair.place(size);
      const noise = pair.place(rows * size);
      const actions = pair.place(rows * size);
      const mode = pair.place(rows * size);
      const advantages = pair.place(rows);
      const meanGradient = pair.place(rows * size);
      const deviationGradient = pair.place(size);
      const losses = pair.place(4);
      pair.run((kernels) => {
        kernels.gaussianAct(means, logStandardDeviations, noise, actions, rows, size);
        kernels.gaussianAct(means, logStandardDeviations, NO_ADDRESS, mode, rows, size);
        kernels.gaussianGradient(
          means,
          logStandardDeviations,
          actions,
          advantages,
          meanGradient,
          deviationGradient,
          losses,
          rows,
          size,
          0.3,
        );
      });
      for (const [address, length] of [
        [actions, rows * size],
        [mode, rows * size],
        [meanGradient, rows * size],
        [deviationGradient, size],
        [losses, 2],
      ] as const) {
        pair.expectEqual(address, length);
      }
      expect(pair.read(mode, rows * size)).toEqual(pair.read(means, rows * size));
    }
  });

  it('agree on actions and gradients with standard deviations by the network, however large its outputs', () => {
    for (const size of sizes) {
      for (const scale of [1, 40]) {
        const rows = 29;
        const pair = new KernelPair(size);
        const outputs = pair.place(rows * 2 * size, (random) => scale * random.nextNormal());
        const noise = pair.place(rows * size);
        const actions = pair.place(rows * size);
        const advantages = pair.place(rows);
        const gradient = pair.place(rows * 2 * size);
        const losses = pair.place(4);
        pair.run((kernels) => {
          kernels.gaussianStateDependentAct(outputs, noise, actions, rows, size, 0.01);
          kernels.gaussianStateDependentGradient(
            outputs,
            actions,
            advantages,
            gradient,
            losses,
            rows,
            size,
            0.01,
            0.3,
          );
        });
        for (const [address, length] of [
          [actions, rows * size],
          [losses, 2],
        ] as const) {
          pair.expectEqual(address, length);
        }
        expect(pair.read(gradient, rows * 2 * size).every(Number.isFinite)).toBe(true);
        // An action far larger than its deviation loses the bits that a gradient would be compared by.
        if (scale === 1) pair.expectEqual(gradient, rows * 2 * size);
      }
    }
  });

  it('draws with the mean and standard deviation it was given', () => {
    const pair = new KernelPair(3);
    const rows = 20_000;
    const means = pair.place(rows, () => 4);
    const logStandardDeviation = pair.place(1, () => Math.log(0.5));
    const noise = pair.place(rows);
    const actions = pair.place(rows);
    pair.run((kernels) => {
      kernels.gaussianAct(means, logStandardDeviation, noise, actions, rows, 1);
    });
    const drawn = pair.read(actions, rows);
    const mean = drawn.reduce((sum, action) => sum + action, 0) / rows;
    const variance = drawn.reduce((sum, action) => sum + (action - mean) ** 2, 0) / rows;
    expect(mean).toBeCloseTo(4, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
  });
});
