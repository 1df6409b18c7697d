import { describe, expect, it } from 'vitest';
import {
  countVariables,
  measureMoments,
  mergeMoments,
  momentsLength,
  poolMoments,
} from '../../../../src/shared/normalization/moments.ts';
import { Random } from '../../../../src/shared/random/random.ts';

/** Rows of two numbers far from zero, where careless sums of squares lose every digit. */
function drawRows(seed: number, rows: number): Float32Array {
  const random = Random.fromSeed(seed);
  return Float32Array.from({ length: 2 * rows }, (_, index) =>
    index % 2 === 0 ? 1000 + random.nextNormal() : -5 + 3 * random.nextNormal(),
  );
}

function measure(numbers: Float32Array): Float64Array {
  const block = new Float64Array(momentsLength(2));
  return measureMoments(numbers, { rows: numbers.length / 2, variables: 2 }, block);
}

describe('moments', () => {
  it('are the count, the means and the squared deviations of each variable', () => {
    expect([...measure(Float32Array.of(1, 10, 3, 10, 8, 40))]).toEqual([3, 4, 20, 26, 600]);
  });

  it('of parts merge to those of the whole, in any order', () => {
    const whole = drawRows(1, 90);
    const parts = [whole.subarray(0, 20), whole.subarray(20, 22), whole.subarray(22)];
    for (const order of [parts, [...parts].reverse()]) {
      const merged = new Float64Array(momentsLength(2));
      for (const part of order) mergeMoments(merged, measure(part));
      measure(whole).forEach((expected, index) => {
        expect(merged[index]).toBeCloseTo(expected, 8);
      });
    }
  });

  it('of several variables are those of one when they are pooled', () => {
    const rows = drawRows(3, 50);
    const pooled = poolMoments(measure(rows));
    measureMoments(rows, { rows: rows.length, variables: 1 }, new Float64Array(momentsLength(1))).forEach(
      (expected, index) => {
        expect(pooled[index]).toBeCloseTo(expected, 4);
      },
    );
  });

  it('are those of each number, or of all cells of a picture', () => {
    expect([[4], [5, 4], [84, 84, 4]].map(countVariables)).toEqual([4, 20, 1]);
  });

  it('leave out a block that is not finite, and one of nothing', () => {
    const merged = measure(drawRows(2, 10));
    const before = [...merged];
    mergeMoments(merged, measure(Float32Array.of(Infinity, 1, 2, 3)));
    mergeMoments(merged, new Float64Array(momentsLength(2)));
    expect([...merged]).toEqual(before);
  });
});
