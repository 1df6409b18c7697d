import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/shared/random/random.ts';
import {
  bootstrapInterval,
  computeInterquartileMean,
  pickQuantile,
} from '../../../../src/shared/statistics/interquartile-mean.ts';

describe('the interquartile mean', () => {
  it.each([
    [[7], 7],
    [[1, 3], 2],
    // Whole quarters: the two in the middle.
    [[100, 2, 4, -50], 3],
    // Of five values, the middle half is 2.5 of them: ¾ of the second, the third, and ¾ of the fourth.
    [[0, 10, 20, 30, 1000], (0.75 * 10 + 20 + 0.75 * 30) / 2.5],
  ])('of %j is %d', (values, mean) => {
    expect(computeInterquartileMean(values)).toBeCloseTo(mean, 12);
  });

  it('of nothing is unknown', () => {
    expect(computeInterquartileMean([])).toBeNaN();
  });
});

it('a quantile lies between two values by their distance', () => {
  expect(pickQuantile([0, 10, 20], 0.25)).toBe(5);
  expect(pickQuantile([0, 10, 20], 1)).toBe(20);
});

describe('the bootstrap interval', () => {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;

  it('of a mean is that of the normal distribution, for many values', () => {
    const random = Random.fromSeed(1);
    const values = Array.from({ length: 400 }, () => random.nextUniform(0, 1));
    const interval = bootstrapInterval(values, mean, random);
    // 1.96 standard errors of a uniform number, whose deviation is 1/√12.
    const half = 1.96 / Math.sqrt(12) / Math.sqrt(400);
    expect(interval?.low).toBeCloseTo(mean(values) - half, 2);
    expect(interval?.high).toBeCloseTo(mean(values) + half, 2);
  });

  it('is the same for the same seed, and there is none of a single value', () => {
    const values = [1, 5, 9];
    expect(bootstrapInterval(values, mean, Random.fromSeed(3))).toEqual(
      bootstrapInterval(values, mean, Random.fromSeed(3)),
    );
    expect(bootstrapInterval([1], mean, Random.fromSeed(3))).toBeNull();
  });
});
