import { describe, expect, it } from 'vitest';
import { KernelMemoryPlan } from '../../../../../src/shared/engines/wasm/kernels/kernel-memory.ts';
import type { GradientLimits } from '../../../../../src/shared/engines/actor-critic-model.ts';
import { limitGradient } from '../../../../../src/shared/engines/wasm/limit-gradient.ts';
import { kernelKinds } from '../../../../fixtures/recorded-rollout.ts';

function clip(numbers: readonly number[], limits: Partial<GradientLimits>) {
  const plan = new KernelMemoryPlan();
  const gradient = plan.reserve(numbers.length);
  const memory = plan.build();
  const view = memory.view(gradient, numbers.length);
  view.set(numbers);
  const norm = limitGradient(
    kernelKinds.webAssembly(memory),
    { gradient, length: numbers.length },
    { maxNorm: null, maxValue: null, ...limits },
  );
  return { norm, clipped: [...view] };
}

describe('clipping', () => {
  it('shortens a gradient to the norm and tells what it was', () => {
    const { norm, clipped } = clip([3, 0, -4], { maxNorm: 1 });
    expect(norm).toBe(5);
    [0.6, 0, -0.8].forEach((expected, index) => {
      expect(clipped[index]).toBeCloseTo(expected, 6);
    });
  });

  it('limits elements and leaves small ones alone', () => {
    expect(clip([3, 0.5, -4, 0, 1, -1], { maxValue: 1 }).clipped).toEqual([1, 0.5, -1, 0, 1, -1]);
  });

  it('shortens before it limits', () => {
    const { clipped } = clip([3, 0, -4], { maxNorm: 2.5, maxValue: 1.75 });
    expect(clipped).toEqual([1.5, 0, -1.75]);
  });

  it('changes nothing without limits', () => {
    expect(clip([3, 0, -4], {}).clipped).toEqual([3, 0, -4]);
  });

  it.each([Number.NaN, Infinity, -Infinity])(
    'leaves a gradient with %s for the learner to refuse',
    (broken) => {
      const { norm, clipped } = clip([1, broken, 2], { maxNorm: 1, maxValue: 1 });
      expect(Number.isFinite(norm)).toBe(false);
      expect(clipped).toEqual([1, broken, 2]);
    },
  );
});
