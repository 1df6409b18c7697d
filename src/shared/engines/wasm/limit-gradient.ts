// Limits of a gradient: a gradient that is too long is scaled down, then elements that are too large are clipped.
import type { Address } from './kernels/address.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { GradientLimits } from '../actor-critic-model.ts';

/** A gradient, or part of one, in kernel memory. */
export interface PlacedGradient {
  readonly gradient: Address;
  readonly length: number;
}

/**
 * Limits a gradient in place and returns its norm before. A gradient that is not finite stays so, and the master
 * refuses it.
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
