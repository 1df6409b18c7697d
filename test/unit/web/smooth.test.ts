// Smoothing of curves.
import { expect, it } from 'vitest';
import { smooth } from '../../../web/src/charts/smooth.ts';

it('smoothing begins with the first value and keeps gaps', () => {
  const smoothed = smooth([10, null, 10, 20], 0.9);
  expect(smoothed[0]).toBeCloseTo(10);
  expect(smoothed[1]).toBeNull();
  expect(smoothed[2]).toBeCloseTo(10);
  expect(smoothed[3]).toBeGreaterThan(10);
  expect(smoothed[3]).toBeLessThan(15);
  expect(smooth([1, 2], 0)).toEqual([1, 2]);
});
