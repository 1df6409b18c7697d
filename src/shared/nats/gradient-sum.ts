// Sum of gradients: the gradients of several workers that travel as one. The first buffer has the sum; the others travel
// without their gradients, for their steps, episodes and metrics.
import { z } from 'zod';
import { markAsAddedElsewhere, viewGradient, type GradientBufferShape } from '../protocol/gradient-buffer.ts';
import {
  packGradient,
  unpackGradient,
  type RemotePrecision,
  type UnpackOptions,
} from './gradient-message.ts';
import { decodeValue, encodeValue } from './structured.ts';

const gradientSumSchema = z.object({
  precision: z.enum(['float32', 'float16']),
  sum: z.instanceof(Uint8Array),
  others: z.array(z.instanceof(Uint8Array)),
});

/** Buffers of one shape, of which the first has the sum of their gradients. */
export interface GradientSum {
  readonly sum: ArrayBuffer;
  readonly others: readonly ArrayBuffer[];
}

/** Adds the gradients of the other buffers to the first one's, and packs all. */
export function packSum(
  { sum, others }: GradientSum,
  shape: GradientBufferShape,
  wanted: RemotePrecision,
): Uint8Array {
  const total = viewGradient(sum, shape);
  for (const other of others) {
    const gradient = viewGradient(other, shape);
    for (let index = 0; index < total.length; index += 1)
      total[index] = (total[index] ?? 0) + (gradient[index] ?? 0);
  }
  const { bytes, precision } = packGradient(sum, shape, wanted);
  return encodeValue({
    precision,
    sum: bytes,
    others: others.map((other) => packGradient(other, shape, 'none').bytes),
  });
}

/** Unpacks a sum into buffers. Throws DamagedMessageError. */
export function unpackSum(
  message: ArrayBuffer,
  { shape, allocate }: Pick<UnpackOptions, 'shape' | 'allocate'>,
): GradientSum {
  const { precision, sum, others } = decodeValue(message, gradientSumSchema);
  return {
    sum: unpackGradient(copyBytes(sum), { shape, precision, allocate }),
    others: others.map((other) => {
      const buffer = unpackGradient(copyBytes(other), { shape, precision: 'none', allocate });
      markAsAddedElsewhere(buffer);
      return buffer;
    }),
  };
}

/** A view of a decoded message may begin anywhere; numbers need memory of their own. */
export function copyBytes(view: Uint8Array): ArrayBuffer {
  return Uint8Array.from(view).buffer;
}
