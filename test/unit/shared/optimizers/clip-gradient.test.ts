import { describe, expect, it } from 'vitest';
import { KernelMemoryPlan } from '../../../../src/shared/kernels/kernel-memory.ts';
import { clipGradient, type ClippingLimits } from '../../../../src/shared/optimizers/clip-gradient.ts';
import { kernelKinds } from '../../../fixtures/recorded-rollout.ts';

function clip(gradient: readonly number[], limits: Partial<ClippingLimits>, progress = 0) {
  const plan = new KernelMemoryPlan();
  const address = plan.reserve(gradient.length);
  const memory = plan.build();
  const view = memory.view(address, gradient.length);
  view.set(gradient);
  const options = { maxGradientNorm: null, finalMaxGradientNorm: null, maxGradientValue: null, ...limits };
  const norm = clipGradient(kernelKinds.webAssembly(memory), address, gradient.length, options, progress);
  return { norm, clipped: [...view] };
}

describe('clipping', () => {
  it('shortens a gradient to the norm and tells what it was', () => {
    const { norm, clipped } = clip([3, 0, -4], { maxGradientNorm: 1 });
    expect(norm).toBe(5);
    [0.6, 0, -0.8].forEach((expected, index) => {
      expect(clipped[index]).toBeCloseTo(expected, 6);
    });
  });

  it('limits elements and leaves small ones alone', () => {
    expect(clip([3, 0.5, -4, 0, 1, -1], { maxGradientValue: 1 }).clipped).toEqual([1, 0.5, -1, 0, 1, -1]);
  });

  it('shortens more as the limit falls with the progress of the job', () => {
    const { clipped } = clip([3, 0, -4], { maxGradientNorm: 3, finalMaxGradientNorm: 2 }, 0.5);
    expect(Math.hypot(...clipped)).toBeCloseTo(2.5, 6);
  });

  it('shortens before it limits', () => {
    const { clipped } = clip([3, 0, -4], { maxGradientNorm: 2.5, maxGradientValue: 1.75 });
    expect(clipped).toEqual([1.5, 0, -1.75]);
  });

  it('changes nothing without limits', () => {
    expect(clip([3, 0, -4], {}).clipped).toEqual([3, 0, -4]);
  });

  it.each([Number.NaN, Infinity, -Infinity])(
    'leaves a gradient with %s for the learner to refuse',
    (broken) => {
      const { norm, clipped } = clip([1, broken, 2], { maxGradientNorm: 1, maxGradientValue: 1 });
      expect(Number.isFinite(norm)).toBe(false);
      expect(clipped).toEqual([1, broken, 2]);
    },
  );
});
