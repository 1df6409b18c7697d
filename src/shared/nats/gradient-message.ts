// Gradient message: a gradient buffer as it travels, whole or with its gradient as float16.
// Layout with float16: the buffer's bytes before the gradient, the factor of the gradient as float64, then the gradient
// times that factor as float16.
import { gradientBufferBytes, viewGradient, type GradientBufferShape } from '../protocol/gradient-buffer.ts';
import { DamagedMessageError } from './frames.ts';
import { decodeFloat16, encodeFloat16 } from './float16.ts';

/** Small gradients are multiplied, so that their largest element is near this: float16 holds them better then. */
const largestWanted = 16_384;

/** Packs a buffer; returns null if float16 cannot hold its gradient, and it must travel whole. */
export function packGradient(
  buffer: ArrayBuffer,
  shape: GradientBufferShape,
): Uint8Array<ArrayBuffer> | null {
  const gradient = viewGradient(buffer, shape);
  const { byteOffset, length } = gradient;
  const packed = new ArrayBuffer(byteOffset + 8 + length * 2);
  new Uint8Array(packed).set(new Uint8Array(buffer, 0, byteOffset));
  const factor = findFactor(gradient);
  new Float64Array(packed, byteOffset, 1)[0] = factor;
  const scaled = factor === 1 ? gradient : gradient.map((value) => value * factor);
  return encodeFloat16(scaled, new Uint16Array(packed, byteOffset + 8, length))
    ? new Uint8Array(packed)
    : null;
}

/** Unpacks a message into a new buffer of `allocate`. Throws DamagedMessageError if it has another size. */
export function unpackGradient(
  message: ArrayBuffer,
  shape: GradientBufferShape,
  allocate: (bytes: number) => ArrayBuffer,
): ArrayBuffer {
  const bytes = gradientBufferBytes(shape);
  const start = bytes - shape.parameters * 4;
  const packedBytes = start + 8 + shape.parameters * 2;
  if (message.byteLength !== packedBytes)
    throw new DamagedMessageError(
      `a gradient has ${message.byteLength} bytes, and not the ${packedBytes} of float16`,
    );
  const buffer = allocate(bytes);
  new Uint8Array(buffer).set(new Uint8Array(message, 0, start));
  const gradient = viewGradient(buffer, shape);
  decodeFloat16(new Uint16Array(message, start + 8), gradient);
  const [factor = 1] = new Float64Array(message, start, 1);
  if (factor !== 1) gradient.forEach((value, index) => (gradient[index] = value / factor));
  return buffer;
}

/** A power of two, so that it changes no digit: at least 1. */
function findFactor(gradient: Float32Array): number {
  let largest = 0;
  for (const value of gradient) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0 && largest < largestWanted)) return 1;
  return 2 ** Math.floor(Math.log2(largestWanted / largest));
}
