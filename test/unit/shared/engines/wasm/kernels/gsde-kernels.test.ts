// The kernels of state-dependent exploration and of normalization: against their references, and against the loss itself.
import { describe, expect, it } from 'vitest';
import { offsetBy } from '../../../../../../src/shared/engines/wasm/kernels/address.ts';
import { measureRelativeError } from '../../../../../fixtures/measure-error.ts';
import { KernelPair } from '../../../../../fixtures/kernel-pair.ts';

const entropyCoefficient = 0.3;

describe('gSDE kernels', () => {
  it.each([
    [1, 1],
    [64, 1],
    [7, 2],
    [5, 6],
  ])('agree on actions and gradients with %i features and %i action elements', (featureSize, size) => {
    const rows = 13;
    const pair = new KernelPair(featureSize + size);
    const means = pair.place(rows * size);
    const features = pair.place(rows * featureSize);
    const weights = pair.place(rows * featureSize * size);
    const deviations = pair.place(featureSize * size);
    const actions = pair.place(rows * size);
    const advantages = pair.place(rows);
    const meanGradient = pair.place(rows * size);
    const deviationGradient = pair.place(featureSize * size);
    const scratch = pair.place(2 * featureSize * size);
    const losses = pair.place(5);
    pair.run((kernels) => {
      kernels.gsdeAct(means, features, weights, actions, rows, featureSize, size);
      kernels.gsdeGradient(
        means,
        features,
        deviations,
        actions,
        advantages,
        meanGradient,
        deviationGradient,
        scratch,
        losses,
        rows,
        featureSize,
        size,
        entropyCoefficient,
      );
    });
    pair.expectEqual(actions, rows * size);
    pair.expectEqual(meanGradient, rows * size);
    pair.expectEqual(deviationGradient, featureSize * size);
    pair.expectEqual(losses, 2);
    pair.expectEqual(offsetBy(losses, 3), 2);
  });

  it('give the slopes of the loss that finite differences give', () => {
    const [rows, featureSize, size] = [6, 4, 2];
    const pair = new KernelPair(3);
    const means = pair.place(rows * size);
    const features = pair.place(rows * featureSize);
    const deviations = pair.place(featureSize * size, (random) => random.nextNormal() / 2);
    const actions = pair.place(rows * size);
    const advantages = pair.place(rows);
    const meanGradient = pair.place(rows * size);
    const deviationGradient = pair.place(featureSize * size);
    const scratch = pair.place(2 * featureSize * size);
    const losses = pair.place(5);
    pair.run((kernels) => {
      kernels.gsdeGradient(
        means,
        features,
        deviations,
        actions,
        advantages,
        meanGradient,
        deviationGradient,
        scratch,
        losses,
        rows,
        featureSize,
        size,
        entropyCoefficient,
      );
    });
    const read = {
      means: pair.read(means, rows * size),
      features: pair.read(features, rows * featureSize),
      deviations: pair.read(deviations, featureSize * size),
      actions: pair.read(actions, rows * size),
      advantages: pair.read(advantages, rows),
    };
    /** mean(−log π(a)·A) − β·mean(H), written from the definition of the distribution. */
    const computeLoss = (mu: readonly number[], logDeviations: readonly number[]): number => {
      let loss = 0;
      for (let row = 0; row < rows; row += 1) {
        for (let k = 0; k < size; k += 1) {
          let variance = 1e-6;
          for (let f = 0; f < featureSize; f += 1) {
            const feature = read.features[row * featureSize + f] ?? 0;
            variance += (feature * Math.exp(logDeviations[f * size + k] ?? 0)) ** 2;
          }
          const distance = (read.actions[row * size + k] ?? 0) - (mu[row * size + k] ?? 0);
          const logDensity = -(distance ** 2) / (2 * variance) - 0.5 * Math.log(2 * Math.PI * variance);
          const entropy = 0.5 * Math.log(2 * Math.PI * Math.E * variance);
          loss -= (logDensity * (read.advantages[row] ?? 0) + entropyCoefficient * entropy) / rows;
        }
      }
      return loss;
    };
    const differentiate = (numbers: readonly number[], lossOf: (changed: number[]) => number): number[] =>
      numbers.map((_, index) => {
        const shift = (step: number): number =>
          lossOf(numbers.map((number, at) => (at === index ? number + step : number)));
        return (shift(1e-5) - shift(-1e-5)) / 2e-5;
      });
    const meanSlopes = differentiate(read.means, (changed) => computeLoss(changed, read.deviations));
    const deviationSlopes = differentiate(read.deviations, (changed) => computeLoss(read.means, changed));
    expect(measureRelativeError(pair.read(meanGradient, rows * size), meanSlopes)).toBeLessThan(1e-4);
    expect(
      measureRelativeError(pair.read(deviationGradient, featureSize * size), deviationSlopes),
    ).toBeLessThan(1e-4);
  });
});

describe('normalization', () => {
  it.each([1, 3, 4, 9])('of %i elements agrees with its reference', (size) => {
    const rows = 5;
    const pair = new KernelPair(size);
    const x = pair.place(rows * size);
    const mean = pair.place(size);
    const variance = pair.place(size, (random) => random.nextFloat());
    const y = pair.place(rows * size);
    pair.run((kernels) => {
      kernels.normalize(x, mean, variance, y, rows, size, 1e-6);
    });
    pair.expectEqual(y, rows * size);
    pair.expectEverywhereEqual();
  });

  it.each([1, 3, 4, 5, 6, 7, 9])(
    'of %i elements that never vary stays finite, in the last ones too',
    (size) => {
      const pair = new KernelPair(size);
      const x = pair.place(size);
      const mean = pair.place(size, () => 0);
      const variance = pair.place(size, () => 0);
      const y = pair.place(size);
      pair.run((kernels) => {
        kernels.normalize(x, mean, variance, y, 1, size, 1e-6);
      });
      // Numbers over the root of epsilon, a thousandth.
      const expected = pair.read(x, size).map((element) => element * 1000);
      pair.read(y, size).forEach((element, index) => {
        expect(element / (expected[index] ?? Number.NaN)).toBeCloseTo(1, 4);
      });
    },
  );
});
