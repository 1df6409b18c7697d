import { describe, expect, it } from 'vitest';
import {
  decodeState,
  encodeState,
  InvalidStateError,
} from '../../../../src/master/checkpoint/state-codec.ts';

const state = {
  version: 12,
  ratio: 0.1 + 0.2,
  name: null,
  isDone: false,
  workers: [
    { random: [1, 2, 4_294_967_295], replay: Float32Array.of(1.5, Number.NaN, -Infinity) },
    { random: [], replay: new Float32Array(0), ends: Uint8Array.of(0, 1, 2), rows: Int32Array.of(-7) },
  ],
  moments: Float64Array.of(1e300, 0.1 + 0.2),
};

describe('an encoded state', () => {
  it('comes back as it was, through JSON and bytes, arrays with every bit', () => {
    const { json, bytes } = encodeState(state);
    expect(decodeState({ json: JSON.parse(JSON.stringify(json)), bytes })).toEqual(state);
  });

  it('has the bytes of a part of a larger array only', () => {
    const { bytes } = encodeState({ part: new Float32Array(100).subarray(10, 12) });
    expect(bytes.byteLength).toBe(8);
  });

  it('is refused where bytes are missing or a reference makes no sense', () => {
    const { json, bytes } = encodeState(state);
    expect(() => decodeState({ json, bytes: bytes.subarray(0, -1) })).toThrow(InvalidStateError);
    for (const reference of [{ $array: 'float32' }, { $array: 'bigint64', offset: 0, length: 0 }]) {
      expect(() => decodeState({ json: { reference }, bytes })).toThrow(InvalidStateError);
    }
  });

  it('is refused where it is nested without end or asks for the same bytes again and again', () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 10_000; depth += 1) nested = [nested];
    expect(() => decodeState({ json: nested, bytes: new Uint8Array(0) })).toThrow(InvalidStateError);
    const twice = Array.from({ length: 2 }, () => ({ $array: 'uint8', offset: 0, length: 8 }));
    expect(() => decodeState({ json: twice, bytes: new Uint8Array(8) })).toThrow(InvalidStateError);
  });
});
