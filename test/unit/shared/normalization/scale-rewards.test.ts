import { expect, it } from 'vitest';
import { scaleRewards } from '../../../../src/shared/normalization/scale-rewards.ts';

it('rewards are divided by the standard deviation of returns and clipped to ten', () => {
  const rewards = Float32Array.of(4, -1, 0, 1e9, -1e9, 7);
  scaleRewards(rewards, 5, 4 - 1e-6);
  expect([...rewards]).toEqual([2, -0.5, 0, 10, -10, 7]);
});

it('rewards without any spread of returns stay finite', () => {
  const rewards = Float32Array.of(0.001);
  scaleRewards(rewards, 1, 0);
  expect(rewards[0]).toBeCloseTo(1, 5);
});
