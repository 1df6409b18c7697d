// Numbers as float16 (IEEE 754 binary16): half the bytes of float32, a relative error of at most 2⁻¹¹ from 2⁻¹⁴ to
// 65504, and an error of at most 2⁻²⁵ below.

const words = new Uint32Array(1);
const numbers = new Float32Array(words.buffer);

const signBit = 0x8000_0000;
/** Float32 bits of 2⁻¹⁴, the smallest normal float16. */
const firstNormal = 0x3880_0000;
/** Float32 bits of 65536, above all float16. */
const aboveAll = 0x4780_0000;
/** Float32 bits of 0.5. The last bit of a float32 near 0.5 is worth as much as that of a subnormal float16. */
const half = 0x3f00_0000;
/** Difference of the exponents' biases, 127 − 15, in place. */
const rebias = 112 << 23;
const infinity16 = 0x7c00;

/**
 * Rounds values to the nearest float16, ties to even. Returns false if a value is not finite or would become infinite,
 * from 65520 on; the target is then incomplete.
 */
export function encodeFloat16(values: Float32Array, target: Uint16Array): boolean {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < bits.length; index += 1) {
    const word = bits[index] ?? 0;
    const magnitude = word & ~signBit;
    let rounded;
    if (magnitude >= aboveAll) return false;
    if (magnitude < firstNormal) {
      words[0] = magnitude;
      numbers[0] = (numbers[0] ?? 0) + 0.5;
      rounded = (words[0] ?? 0) - half;
    } else rounded = (magnitude - rebias + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    if (rounded >= infinity16) return false;
    target[index] = ((word & signBit) >>> 16) | rounded;
  }
  return true;
}

/** All float16 as float32, by their bits. */
let table: Float32Array | null = null;

/** Decodes values, which a float32 holds exactly. */
export function decodeFloat16(values: Uint16Array, target: Float32Array): void {
  table ??= Float32Array.from({ length: 0x1_0000 }, (_, bits) => decode(bits));
  for (let index = 0; index < values.length; index += 1) target[index] = table[values[index] ?? 0] ?? 0;
}

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 0x400) * 2 ** (exponent - 15);
}
