// Clipping: a gradient that is too long is shortened, then elements that are too large are limited.
import type { Kernels } from '../kernels/kernels.ts';
import { interpolate } from './schedule.ts';

export interface ClippingLimits {
  readonly maxGradientNorm: number | null;
  /** What the norm changes to, linearly; null: it stays. */
  readonly finalMaxGradientNorm: number | null;
  readonly maxGradientValue: number | null;
}

/**
 * Clips `length` numbers in place at a share `progress` of the job's steps, and returns their norm before. What is not finite stays as it is, so that whoever
 * applies the gradient can see and refuse it.
 */
export function clipGradient(
  kernels: Kernels,
  gradient: number,
  length: number,
  { maxGradientNorm, finalMaxGradientNorm, maxGradientValue }: ClippingLimits,
  progress: number,
): number {
  const norm = Math.sqrt(kernels.sumOfSquares(gradient, length));
  if (!Number.isFinite(norm)) return norm;
  if (maxGradientNorm !== null) {
    const limit = interpolate(maxGradientNorm, finalMaxGradientNorm, progress);
    if (norm > limit) kernels.scale(gradient, length, limit / norm);
  }
  if (maxGradientValue !== null) kernels.clipValues(gradient, length, maxGradientValue);
  return norm;
}
