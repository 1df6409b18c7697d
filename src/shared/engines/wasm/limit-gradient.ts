// Limits of a gradient: one that is too long is shortened, then elements that are too large are cut.
import type { Address } from './kernels/address.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { GradientLimits } from '../actor-critic-model.ts';

/** Address and length of a gradient, or of a part of one. */
export interface PlacedGradient {
  readonly gradient: Address;
  readonly length: number;
}

/**
 * Limits a gradient in place and returns its norm before. What is not finite stays as it is, so that the master can see
 * and refuse it.
 */
export function limitGradient(
  kernels: Kernels,
  { gradient, length }: PlacedGradient,
  { maxNorm, maxValue }: GradientLimits,
): number {
  const norm = Math.sqrt(kernels.sumOfSquares(gradient, length));
  if (!Number.isFinite(norm)) return norm;
  if (maxNorm !== null && norm > maxNorm) kernels.scale(gradient, length, maxNorm / norm);
  if (maxValue !== null) kernels.clipValues(gradient, length, maxValue);
  return norm;
}
