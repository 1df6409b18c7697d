import { describe, expect, it } from 'vitest';
import { createBoxSpace, flatSize } from '../../../../src/shared/spaces/space.ts';

describe('createBoxSpace', () => {
  it('repeats its bounds for every element', () => {
    expect(createBoxSpace([2, 3], -1, 2)).toEqual({
      type: 'box',
      shape: [2, 3],
      low: [-1, -1, -1, -1, -1, -1],
      high: [2, 2, 2, 2, 2, 2],
    });
  });

  it('takes infinite bounds', () => {
    expect(createBoxSpace([1], -Infinity, Infinity)).toMatchObject({ low: [-Infinity], high: [Infinity] });
  });
});

describe('flatSize', () => {
  it('is 1 for a discrete space, however many alternatives it has', () => {
    expect(flatSize({ type: 'discrete', n: 7 })).toBe(1);
  });

  it('is one per choice for several choices at once', () => {
    expect(flatSize({ type: 'multiDiscrete', n: [7, 2, 5] })).toBe(3);
  });

  it('is the product of the shape for a box, and 1 for a scalar', () => {
    expect(flatSize(createBoxSpace([4, 3, 2], 0, 1))).toBe(24);
    expect(flatSize(createBoxSpace([], 0, 1))).toBe(1);
  });
});
