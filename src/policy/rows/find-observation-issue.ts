// Reader of one observation with checks of each element, which says where a mistake is.
import { describeValue } from '../../shared/environments/custom/environment-errors.ts';
import type { InputIssue } from '../../shared/errors/app-error.ts';

/**
 * Writes an observation into `target`: a flat list in row-major order, lists nested like `shape`, or a number for an
 * observation of one number. Returns null, or the first mistake; its path begins with a dot if it is in an element.
 */
export function findObservationIssue(
  observation: unknown,
  shape: readonly number[],
  target: Float32Array,
): InputIssue | null {
  if (typeof observation === 'number' && target.length === 1)
    return readNumber(observation, { path: '', target, offset: 0 });
  const isNested = Array.isArray(observation) && Array.isArray(observation[0]) && shape.length > 1;
  return readList(observation, isNested ? shape : [target.length], { path: '', target, offset: 0 });
}

interface Place {
  readonly path: string;
  readonly target: Float32Array;
  readonly offset: number;
}

function readList(
  values: unknown,
  [extent = 0, ...inner]: readonly number[],
  { path, target, offset }: Place,
): InputIssue | null {
  if (!Array.isArray(values) || values.length !== extent) {
    const found = Array.isArray(values) ? `a list of ${values.length}` : describeValue(values);
    const wanted = inner.length === 0 ? 'numbers' : `lists (shape ${[extent, ...inner].join(' × ')})`;
    return { path, message: `expected a list of ${extent} ${wanted}, not ${found}` };
  }
  const stride = inner.reduce((product, size) => product * size, 1);
  for (let index = 0; index < extent; index += 1) {
    const value: unknown = values[index];
    const place = { path: `${path}.${index}`, target, offset: offset + index * stride };
    const issue = inner.length === 0 ? readNumber(value, place) : readList(value, inner, place);
    if (issue !== null) return issue;
  }
  return null;
}

function readNumber(value: unknown, { path, target, offset }: Place): InputIssue | null {
  if (typeof value !== 'number') return { path, message: `expected a number, not ${describeValue(value)}` };
  target[offset] = value;
  if (Number.isFinite(target[offset])) return null;
  return { path, message: `expected a finite number of 32 bits, not ${value}` };
}
