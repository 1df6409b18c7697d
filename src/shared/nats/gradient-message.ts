// Gradient message: a gradient buffer as it travels, without the unused space for episodes, and its gradient as float32
// or float16, or without it.
// Layout: the buffer's bytes up to the last finished episode, the moments, the factor of the gradient as float64, then
// the gradient times that factor.
import {
  gradientBufferBytes,
  readGradientHeader,
  viewGradient,
  type GradientBufferShape,
} from '../protocol/gradient-buffer.ts';
import { DamagedMessageError } from './frames.ts';
import { decodeFloat16, encodeFloat16 } from './float16.ts';

export type RemotePrecision = 'float32' | 'float16';
/** `none`: the gradient does not travel, because it was added to another one. */
export type GradientPrecision = RemotePrecision | 'none';

export interface GradientMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly precision: GradientPrecision;
}

const elementBytes: Readonly<Record<GradientPrecision, number>> = { float32: 4, float16: 2, none: 0 };

/** Small gradients are multiplied, so that their largest element is near this: float16 holds them better then. */
const largestWanted = 16_384;
const factorBytes = 8;
const episodeBytes = 16;

/** Packs a buffer; as float32 also if float16 is wanted but cannot hold the gradient. */
export function packGradient(
  buffer: ArrayBuffer,
  shape: GradientBufferShape,
  precision: GradientPrecision,
): GradientMessage {
  const { head, middle, end } = locate(shape, readGradientHeader(buffer).episodes);
  const gradient = viewGradient(buffer, shape);
  const start = middle + end + factorBytes;
  const open = (chosen: GradientPrecision, factor: number): ArrayBuffer => {
    const packed = new ArrayBuffer(start + gradient.length * elementBytes[chosen]);
    const bytes = new Uint8Array(packed);
    bytes.set(new Uint8Array(buffer, 0, middle));
    bytes.set(new Uint8Array(buffer, head, end), middle);
    new Float64Array(packed, start - factorBytes, 1)[0] = factor;
    return packed;
  };
  if (precision === 'none') return { bytes: new Uint8Array(open('none', 1)), precision };
  if (precision === 'float16') {
    const factor = findFactor(gradient);
    const packed = open('float16', factor);
    const scaled = factor === 1 ? gradient : gradient.map((value) => value * factor);
    if (encodeFloat16(scaled, new Uint16Array(packed, start)))
      return { bytes: new Uint8Array(packed), precision };
  }
  const packed = open('float32', 1);
  new Float32Array(packed, start).set(gradient);
  return { bytes: new Uint8Array(packed), precision: 'float32' };
}

export interface UnpackOptions {
  readonly shape: GradientBufferShape;
  readonly precision: GradientPrecision;
  /** Provides the memory of a buffer. */
  readonly allocate: (bytes: number) => ArrayBuffer;
}

/** Unpacks a message into a buffer, whose gradient is undefined if it did not travel. Throws DamagedMessageError if it has another size. */
export function unpackGradient(
  message: ArrayBuffer,
  { shape, precision, allocate }: UnpackOptions,
): ArrayBuffer {
  const { middle: least, end: moments } = locate(shape, 0);
  const otherBytes = least + moments + factorBytes + shape.parameters * elementBytes[precision];
  const episodes = message.byteLength < least ? -1 : readGradientHeader(message).episodes;
  if (
    !(episodes >= 0 && episodes <= shape.episodes) ||
    message.byteLength !== otherBytes + episodes * episodeBytes
  )
    throw new DamagedMessageError(
      `a gradient with ${episodes} episodes has ${message.byteLength} bytes, and not ${otherBytes} and ${episodeBytes} for each episode`,
    );
  const { head, middle, end } = locate(shape, episodes);
  const buffer = allocate(gradientBufferBytes(shape));
  const bytes = new Uint8Array(buffer);
  bytes.set(new Uint8Array(message, 0, middle));
  bytes.set(new Uint8Array(message, middle, end), head);
  const start = middle + end + factorBytes;
  const gradient = viewGradient(buffer, shape);
  if (precision === 'float32') gradient.set(new Float32Array(message, start));
  else if (precision === 'float16') {
    decodeFloat16(new Uint16Array(message, start), gradient);
    const [factor = 1] = new Float64Array(message, start - factorBytes, 1);
    if (factor !== 1) gradient.forEach((value, index) => (gradient[index] = value / factor));
  }
  return buffer;
}

/** Parts before the gradient: the first `middle` bytes, and `end` bytes of moments from `head` on. */
function locate(
  shape: GradientBufferShape,
  episodes: number,
): { readonly head: number; readonly middle: number; readonly end: number } {
  const bytes = gradientBufferBytes(shape);
  const end = shape.moments * 8;
  const head = bytes - shape.parameters * 4 - end;
  return { head, middle: head - (shape.episodes - episodes) * episodeBytes, end };
}

/** A power of two, so that it changes no digit: at least 1. */
function findFactor(gradient: Float32Array): number {
  let largest = 0;
  for (const value of gradient) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0 && largest < largestWanted)) return 1;
  return 2 ** Math.floor(Math.log2(largestWanted / largest));
}
