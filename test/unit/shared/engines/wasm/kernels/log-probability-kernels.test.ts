// Log-probabilities of given actions, by the WebAssembly kernels against their plain TypeScript references.
import { describe, expect, it } from 'vitest';
import { NO_ADDRESS, offsetBy } from '../../../../../../src/shared/engines/wasm/kernels/address.ts';
import type { Random } from '../../../../../../src/shared/random/random.ts';
import { KernelPair } from '../../../../../fixtures/kernel-pair.ts';

const rows = 29;

describe('log-probability kernels', () => {
  it('agree for categorical distributions that share a row, with forbidden actions, and choose nothing', () => {
    const alternatives = [2, 5, 3];
    const stride = 10;
    const choices = alternatives.length;
    const pair = new KernelPair(1);
    const logits = pair.place(rows * stride);
    // The first alternative of each choice stays allowed, and it is the one taken.
    const mask = pair.place(rows * stride, () => 1);
    const probabilities = pair.place(rows * stride, () => 0);
    const logProbabilities = pair.place(rows * stride, () => 0);
    const actions = pair.place(rows * choices, (random) => random.nextInteger(2));
    const target = pair.place(rows);
    const before = pair.read(actions, rows * choices);
    pair.run((kernels) => {
      let offset = 0;
      alternatives.forEach((count, index) => {
        kernels.categoricalAct(
          offsetBy(logits, offset),
          offsetBy(mask, offset),
          NO_ADDRESS,
          offsetBy(probabilities, offset),
          offsetBy(logProbabilities, offset),
          NO_ADDRESS,
          rows,
          count,
          stride,
          choices,
        );
        kernels.categoricalLogProbability(
          offsetBy(logProbabilities, offset),
          offsetBy(actions, index),
          target,
          rows,
          stride,
          choices,
          index,
        );
        offset += count;
      });
    });
    pair.expectEqual(target, rows);
    expect(pair.read(actions, rows * choices)).toEqual(before);
    expect(pair.read(target, rows).every((log) => log < 0)).toBe(true);
  });

  it.each([1, 2, 3, 6])('agree for Gaussians of %i elements', (size) => {
    const pair = new KernelPair(size);
    const means = pair.place(rows * size);
    const outputs = pair.place(rows * 2 * size);
    const logStandardDeviations = pair.place(size);
    const actions = pair.place(rows * size);
    const target = pair.place(rows);
    const dependent = pair.place(rows);
    pair.run((kernels) => {
      kernels.gaussianLogProbability(means, logStandardDeviations, actions, target, rows, size);
      kernels.gaussianStateDependentLogProbability(outputs, actions, dependent, rows, size, 0.01);
    });
    pair.expectEqual(target, rows);
    pair.expectEqual(dependent, rows);
  });

  it.each([
    [1, 1],
    [7, 2],
    [16, 3],
  ])('agree for gSDE with %i features and %i elements', (featureSize, size) => {
    const pair = new KernelPair(featureSize);
    const means = pair.place(rows * size);
    const features = pair.place(rows * featureSize);
    const deviations = pair.place(featureSize * size, (random) => random.nextNormal() - 1);
    const actions = pair.place(rows * size);
    const scratch = pair.place(featureSize * size);
    const target = pair.place(rows);
    pair.run((kernels) => {
      kernels.gsdeLogProbability(
        means,
        features,
        deviations,
        actions,
        scratch,
        target,
        rows,
        featureSize,
        size,
      );
    });
    pair.expectEqual(target, rows);
  });

  it('has the density of a standard normal at one', () => {
    const pair = new KernelPair(1);
    const mean = pair.place(1, () => 0);
    const logStandardDeviation = pair.place(1, () => 0);
    const action = pair.place(1, () => 1);
    const target = pair.place(1);
    pair.run((kernels) => {
      kernels.gaussianLogProbability(mean, logStandardDeviation, action, target, 1, 1);
    });
    expect(pair.read(target, 1)[0]).toBeCloseTo(-0.5 - Math.log(2 * Math.PI) / 2, 6);
  });
});

describe('clipped losses', () => {
  const small = (random: Random): number => random.nextNormal() / 4;

  it('agree on weights, slopes and losses', () => {
    for (const clipRange of [0.1, 0.2, 0.5]) {
      const pair = new KernelPair(clipRange * 10);
      const logProbabilities = pair.place(rows, small);
      const oldLogProbabilities = pair.place(rows, small);
      const advantages = pair.place(rows);
      const weights = pair.place(rows);
      const values = pair.place(rows);
      const oldValues = pair.place(rows);
      const returns = pair.place(rows);
      const gradient = pair.place(rows);
      const losses = pair.place(8, () => 0);
      pair.run((kernels) => {
        kernels.clippedSurrogate(
          logProbabilities,
          oldLogProbabilities,
          advantages,
          weights,
          losses,
          rows,
          clipRange,
        );
        kernels.clippedValueGradient(values, oldValues, returns, gradient, losses, rows, 0.7, 2 * clipRange);
      });
      for (const [address, length] of [
        [weights, rows],
        [gradient, rows],
        [losses, 8],
      ] as const)
        pair.expectEqual(address, length);
    }
  });

  it('stops pushing a ratio that has left the range in the direction it was pushed, and only then', () => {
    const pair = new KernelPair(1);
    const ratios = [1.5, 1.5, 0.5, 0.5, 1.1, 0.9];
    const wanted = [1, -1, 1, -1, 1, -1];
    let next = 0;
    const logs = pair.place(6, () => Math.log(ratios[next++] ?? 1));
    const old = pair.place(6, () => 0);
    next = 0;
    const advantages = pair.place(6, () => wanted[next++] ?? 0);
    const weights = pair.place(6);
    const losses = pair.place(8, () => 0);
    pair.run((kernels) => {
      kernels.clippedSurrogate(logs, old, advantages, weights, losses, 6, 0.2);
    });
    const expected = [0, -1.5, 0.5, 0, 1.1, -0.9];
    pair.read(weights, 6).forEach((weight, row) => {
      expect(weight).toBeCloseTo(expected[row] ?? Number.NaN, 5);
    });
    const [loss, , share] = pair.read(offsetBy(losses, 5), 3);
    // −mean(1.2 − 1.5 + 0.5 − 0.8 + 1.1 − 0.9).
    expect(loss).toBeCloseTo(0.4 / 6, 5);
    expect(share).toBeCloseTo(4 / 6, 6);
  });
});
