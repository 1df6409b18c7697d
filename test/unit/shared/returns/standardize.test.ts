import { expect, it } from 'vitest';
import { standardize } from '../../../../src/shared/returns/standardize.ts';

it('standardized numbers have mean 0 and standard deviation 1, and numbers beyond the length do not change', () => {
  const numbers = Float32Array.of(1, 3, 5, 100);
  standardize(numbers, 3);
  const unit = Math.sqrt(3 / 2);
  expect([...numbers]).toEqual([-unit, 0, unit, 100].map(Math.fround));
});

it('equal numbers become 0, and a single one stays', () => {
  const numbers = Float32Array.of(7, 7);
  standardize(numbers, 1);
  expect([...numbers]).toEqual([7, 7]);
  standardize(numbers, 2);
  expect([...numbers]).toEqual([0, 0]);
});
