// Float16 against its definition: all values, ties to even, and what it cannot hold.
import { describe, expect, it } from 'vitest';
import { decodeFloat16, encodeFloat16 } from '../../../../src/shared/nats/float16.ts';

function encode(...values: number[]): number[] | null {
  const target = new Uint16Array(values.length);
  return encodeFloat16(Float32Array.from(values), target) ? [...target] : null;
}

function decode(...bits: number[]): number[] {
  const target = new Float32Array(bits.length);
  decodeFloat16(Uint16Array.from(bits), target);
  return [...target];
}

describe('float16', () => {
  it('keeps every value that it can hold', () => {
    const all = Array.from({ length: 0x1_0000 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00,
    );
    expect(encode(...decode(...all))).toEqual(all);
    expect(decode(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400)).toEqual([1, -2, 65_504, 2 ** -24, 2 ** -14]);
  });

  it('rounds to the nearest, ties to even', () => {
    const step = 2 ** -10;
    expect(encode(1 + step / 2, 1 + 1.5 * step, 1 + 0.51 * step, -1 - 0.49 * step)).toEqual([
      0x3c00, 0x3c02, 0x3c01, 0xbc00,
    ]);
    const smallest = 2 ** -24;
    expect(encode(smallest / 2, 1.5 * smallest, 0.51 * smallest, 2 ** -14 - smallest / 2)).toEqual([
      0, 2, 1, 0x400,
    ]);
    expect(encode(65_519, -0)).toEqual([0x7bff, 0x8000]);
  });

  it('refuses what would be infinite or is no number', () => {
    for (const value of [65_520, -65_536, 1e30, Number.POSITIVE_INFINITY, Number.NaN])
      expect(encode(1, value)).toBeNull();
  });
});
