// Reads the named parts of a worker's algorithm state.
import { AppError } from '../errors/app-error.ts';
import type { AlgorithmState } from '../protocol/worker-state.ts';

/** A checkpoint that was not written by this algorithm with these settings. */
export class MismatchedStateError extends AppError {
  readonly code = 'MISMATCHED_STATE';

  constructor(name: string, expected: string) {
    super(`the state to go on from has no ${name}, which is ${expected}`);
  }
}

export function takeNumber(state: AlgorithmState, name: string): number {
  const value = state[name];
  if (typeof value !== 'number') throw new MismatchedStateError(name, 'a number');
  return value;
}

export function takeNumbers(state: AlgorithmState, name: string): readonly number[] {
  const value = state[name];
  if (!Array.isArray(value)) throw new MismatchedStateError(name, 'a list of numbers');
  return value;
}

export function takeFloat32(state: AlgorithmState, name: string): Float32Array {
  const value = state[name];
  if (value instanceof Float32Array) return value;
  throw new MismatchedStateError(name, 'a float32 array');
}

export function takeFloat64(state: AlgorithmState, name: string): Float64Array {
  const value = state[name];
  if (value instanceof Float64Array) return value;
  throw new MismatchedStateError(name, 'a float64 array');
}

export function takeUint8(state: AlgorithmState, name: string): Uint8Array {
  const value = state[name];
  if (value instanceof Uint8Array) return value;
  throw new MismatchedStateError(name, 'an array of bytes');
}
