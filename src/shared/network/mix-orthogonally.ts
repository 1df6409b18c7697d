// Orthogonal mixing: makes orthonormal vectors of any number and length, in a time that hardly depends on their number.
// A matrix is multiplied by a fast orthogonal transform with random signs, twice (Ailon & Chazelle 2009). After two of
// them the elements of basis vectors are nearly normally distributed.
import type { Random } from '../random/random.ts';

/** Number of transforms, each with its own signs. */
const SWEEPS = 2;
const ROOT_HALF = Math.fround(Math.SQRT1_2);

/** One orthogonal transform of vectors of `length` elements. */
export class OrthogonalMixture {
  readonly #length: number;
  /** Elements that are negated before each sweep. */
  readonly #negations: readonly Uint8Array[];

  constructor(length: number, random: Random) {
    this.#length = length;
    this.#negations = Array.from({ length: SWEEPS }, () =>
      Uint8Array.from({ length }, () => random.nextUint32() >>> 31),
    );
  }

  /**
   * Transforms `count` vectors in place. They are the columns of a matrix of `length` rows: element i of all of them
   * starts at `matrix[i·count]`.
   */
  apply(matrix: Float32Array, count: number): void {
    this.#negations.forEach((negations, sweep) => {
      negate(matrix, negations, count);
      for (let distance = 1; distance < this.#length; distance *= 2) {
        this.#mixAtDistance(matrix, count, { distance, isBackward: sweep % 2 === 1 });
      }
    });
  }

  /**
   * Rotates pairs of rows that are `distance` apart by 45°. If the length is not a power of two, the last rows have no
   * partner; counting the rows backward leaves out other rows.
   */
  #mixAtDistance(
    matrix: Float32Array,
    count: number,
    { distance, isBackward }: { readonly distance: number; readonly isBackward: boolean },
  ): void {
    const rows = this.#length;
    for (let base = 0; base + distance < rows; base += 2 * distance) {
      const pairs = Math.min(distance, rows - distance - base);
      const first = isBackward ? rows - base - pairs : base;
      const second = isBackward ? first - distance : first + distance;
      mixRuns(matrix, { first: first * count, second: second * count, length: pairs * count });
    }
  }
}

function negate(matrix: Float32Array, negations: Uint8Array, count: number): void {
  for (let row = 0; row < negations.length; row += 1) {
    if (negations[row] === 0) continue;
    const end = (row + 1) * count;
    for (let index = row * count; index < end; index += 1) matrix[index] = -matrix[index]!;
  }
}

interface Runs {
  readonly first: number;
  readonly second: number;
  readonly length: number;
}

/** Replaces the elements of the first run by (a + b)/√2, and those of the second by (a − b)/√2. */
function mixRuns(matrix: Float32Array, { first, second, length }: Runs): void {
  for (let index = 0; index < length; index += 1) {
    const a = Math.fround(matrix[first + index]! * ROOT_HALF);
    const b = Math.fround(matrix[second + index]! * ROOT_HALF);
    matrix[first + index] = a + b;
    matrix[second + index] = a - b;
  }
}

/**
 * Fills `target`, a matrix of zeros with `inputs` rows, so that the vectors of its shorter side are orthogonal and have
 * norm `gain`.
 */
export function fillOrthogonally(
  target: Float32Array,
  { inputs, outputs, gain }: { readonly inputs: number; readonly outputs: number; readonly gain: number },
  random: Random,
): void {
  const count = Math.min(inputs, outputs);
  const length = Math.max(inputs, outputs);
  const mixture = new OrthogonalMixture(length, random);
  const isTall = inputs >= outputs;
  for (let vector = 0; vector < count; vector += 1) {
    const element = Math.floor((vector * length) / count);
    target[isTall ? element * outputs + vector : vector * outputs + element] = gain;
    if (!isTall) mixture.apply(target.subarray(vector * outputs, (vector + 1) * outputs), 1);
  }
  if (isTall) mixture.apply(target, count);
}
