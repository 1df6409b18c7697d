// State of a model or an algorithm between rollouts, and readers of its named parts.
import { AppError } from '../errors/app-error.ts';

/** Named parts that a model or an algorithm keeps between rollouts. */
export type ModelState = Record<
  string,
  number | number[] | Float32Array | Float64Array | Int32Array | Uint8Array
>;

/** The checkpoint was not written by this algorithm with these settings. */
export class MismatchedStateError extends AppError {
  readonly code = 'MISMATCHED_STATE';

  constructor(name: string, expected: string) {
    super(`the state has no ${name}; expected ${expected}`);
  }
}

export function takeNumber(state: ModelState, name: string): number {
  const value = state[name];
  if (typeof value !== 'number') throw new MismatchedStateError(name, 'a number');
  return value;
}

export function takeNumbers(state: ModelState, name: string): readonly number[] {
  const value = state[name];
  if (!Array.isArray(value)) throw new MismatchedStateError(name, 'a list of numbers');
  return value;
}

export function takeFloat32(state: ModelState, name: string): Float32Array {
  const value = state[name];
  if (value instanceof Float32Array) return value;
  throw new MismatchedStateError(name, 'a float32 array');
}

export function takeFloat64(state: ModelState, name: string): Float64Array {
  const value = state[name];
  if (value instanceof Float64Array) return value;
  throw new MismatchedStateError(name, 'a float64 array');
}

export function takeUint8(state: ModelState, name: string): Uint8Array {
  const value = state[name];
  if (value instanceof Uint8Array) return value;
  throw new MismatchedStateError(name, 'an array of bytes');
}
