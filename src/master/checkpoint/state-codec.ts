// State codec: turns plain data that contains typed arrays into JSON and bytes, and back.
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error.ts';

/** JSON and bytes that do not match. */
export class InvalidStateError extends AppError {
  readonly code = 'INVALID_STATE';
}

export interface EncodedState {
  readonly json: unknown;
  readonly bytes: Uint8Array;
}

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;
type ArrayType = keyof typeof arrayTypes;
type StateArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Reference to an array in the JSON: its type, the offset of its bytes, and its number of elements. */
const referenceSchema = z.strictObject({
  $array: z.enum(['float32', 'float64', 'int32', 'uint8']),
  offset: z.int().min(0),
  length: z.int().min(0),
});

/** Encodes objects, arrays, numbers, strings, booleans, null and typed arrays. */
export function encodeState(state: unknown): EncodedState {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  const encode = (value: unknown): unknown => {
    if (isStateArray(value)) {
      const reference = { $array: findType(value), offset, length: value.length };
      chunks.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      offset += value.byteLength;
      return reference;
    }
    if (Array.isArray(value)) return value.map(encode);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
    }
    return value;
  };
  const json = encode(state);
  return { json, bytes: concatenate(chunks, offset) };
}

/** Deeper than any valid state. Deeper nesting would overflow the stack. */
const maxDepth = 64;

/** Decodes a state; throws InvalidStateError if the JSON refers to missing bytes, or to the same bytes twice. */
export function decodeState({ json, bytes }: EncodedState): unknown {
  let readBytes = 0;
  const decode = (value: unknown, depth: number): unknown => {
    if (depth > maxDepth) throw new InvalidStateError(`a state is nested deeper than ${maxDepth} levels`);
    if (Array.isArray(value)) return value.map((item) => decode(item, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    if ('$array' in value) {
      const array = readArray(value, bytes);
      readBytes += array.byteLength;
      // Otherwise a short text could refer to the same bytes until the memory is full.
      if (readBytes > bytes.byteLength) throw new InvalidStateError('a state refers to some bytes twice');
      return array;
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item, depth + 1)]));
  };
  return decode(json, 0);
}

function readArray(value: object, bytes: Uint8Array): StateArray {
  const parsed = referenceSchema.safeParse(value);
  if (!parsed.success) throw new InvalidStateError('a state has an invalid reference to an array');
  const { $array: type, offset, length } = parsed.data;
  const { BYTES_PER_ELEMENT } = arrayTypes[type];
  const end = offset + length * BYTES_PER_ELEMENT;
  if (end > bytes.byteLength) {
    throw new InvalidStateError(`a state refers to byte ${end} of ${bytes.byteLength}`);
  }
  // Copied, because the bytes may not be aligned.
  return new arrayTypes[type](bytes.slice(offset, end).buffer);
}

function isStateArray(value: unknown): value is StateArray {
  return Object.values(arrayTypes).some((type) => value instanceof type);
}

function findType(array: StateArray): ArrayType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  return array instanceof Int32Array ? 'int32' : 'uint8';
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
