import { expect, it } from 'vitest';
import { drawTrainingSeeds } from '../../../../src/shared/tuning/draw-training-seeds.ts';

it('draws seeds of its own for each rung and search, and the same for all trials of a rung', () => {
  const rungs = [0, 1, 2].map((index) => drawTrainingSeeds(1, { index, seeds: 3 }));
  expect(new Set(rungs.flat()).size).toBe(9);
  expect(drawTrainingSeeds(1, { index: 1, seeds: 3 })).toEqual(rungs[1]);
  expect(drawTrainingSeeds(1, { index: 1, seeds: 1 })).toEqual(rungs[1]?.slice(0, 1));
  expect(drawTrainingSeeds(2, { index: 1, seeds: 3 })).not.toEqual(rungs[1]);
});
