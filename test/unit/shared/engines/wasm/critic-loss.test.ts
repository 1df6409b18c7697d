import { describe, expect, it } from 'vitest';
import {
  computeTargets,
  differentiateCriticLoss,
} from '../../../../../src/shared/engines/wasm/critic-loss.ts';

describe('targets', () => {
  it('bootstrap from the next value, and from nothing where the environment ended the episode', () => {
    const batch = {
      rewards: Float32Array.of(1, 2, -1),
      continuations: Float32Array.of(1, 0, 1),
      nextValues: Float32Array.of(10, 10, -2),
    };
    expect([...computeTargets(batch, 0.5, new Float32Array(3))]).toEqual([6, 2, -2]);
  });
});

describe("the critic's loss", () => {
  const values = Float32Array.of(1, -3, 0.5, 0);
  const targets = Float32Array.of(0, 1, 0.5, 2);

  it('is half the mean square without a threshold', () => {
    const gradient = new Float32Array(4);
    expect(differentiateCriticLoss({ values, targets }, null, gradient)).toBeCloseTo((1 + 16 + 0 + 4) / 8);
    expect([...gradient]).toEqual([0.25, -1, 0, -0.5]);
  });

  it("is Huber's with one: linear beyond it, with a gradient that grows no more", () => {
    const gradient = new Float32Array(4);
    const loss = differentiateCriticLoss({ values, targets }, 2, gradient);
    expect(loss).toBeCloseTo((0.5 + 2 * (4 - 1) + 0 + 2) / 4);
    expect([...gradient]).toEqual([0.25, -0.5, 0, -0.5]);
  });
});
