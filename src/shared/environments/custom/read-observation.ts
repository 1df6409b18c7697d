// Copy of a custom environment's observation into a flat row, with checks.
import { areFinite } from '../../statistics/are-finite.ts';
import { describeValue } from './environment-errors.ts';

/**
 * Writes `observation` into `target`, which has one element per number of `shape`. Returns null, or a problem that
 * follows the word "returned".
 */
export function readObservation(
  observation: unknown,
  shape: readonly number[],
  target: Float32Array,
): string | null {
  if (typeof observation === 'number' && target.length === 1) {
    target[0] = observation;
    return findNonFinite(observation, target, 0);
  }
  if (!isList(observation)) return `${describeValue(observation)} as observation; ${describeExpected(shape)}`;
  return typeof observation[0] === 'object' && observation[0] !== null
    ? readNested(observation, shape, { target, axis: 0, offset: 0 })
    : readFlat(observation, shape, target);
}

function readFlat(values: ArrayLike<unknown>, shape: readonly number[], target: Float32Array): string | null {
  if (values.length !== target.length) {
    return `an observation of ${values.length} numbers; ${describeExpected(shape)}`;
  }
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Uint8Array) {
    target.set(values);
    if (areFinite(target)) return null;
  }
  for (let index = 0; index < target.length; index += 1) {
    const value = values[index];
    if (typeof value !== 'number') return `an observation whose element ${index} is ${describeValue(value)}`;
    target[index] = value;
    const problem = findNonFinite(value, target, index);
    if (problem !== null) return problem;
  }
  return null;
}

interface Place {
  readonly target: Float32Array;
  readonly axis: number;
  readonly offset: number;
}

function readNested(values: unknown, shape: readonly number[], place: Place): string | null {
  const { target, axis, offset } = place;
  const extents = shape.slice(axis);
  if (!isList(values) || values.length !== extents[0]) {
    return `an observation with ${describeValue(values)} on axis ${axis}; ${describeExpected(shape)}`;
  }
  const stride = extents.slice(1).reduce((product, extent) => product * extent, 1);
  if (extents.length === 1) return readFlat(values, extents, target.subarray(offset, offset + extents[0]));
  for (let index = 0; index < values.length; index += 1) {
    const inner = { target, axis: axis + 1, offset: offset + index * stride };
    const problem = readNested(values[index], shape, inner);
    if (problem !== null) return problem;
  }
  return null;
}

/** Observations are float32: a number too large for float32 counts as infinite. */
function findNonFinite(value: number, target: Float32Array, index: number): string | null {
  if (Number.isFinite(target[index])) return null;
  return `an observation whose element ${index} is ${value}; observations must be finite numbers`;
}

function describeExpected(shape: readonly number[]): string {
  return `its space has the shape [${shape.join(', ')}]`;
}

export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}
