// Spaces of observations and actions, in Gymnasium's vocabulary.

/** `n` alternatives, 0 … n−1. */
export interface DiscreteSpace {
  readonly type: 'discrete';
  readonly n: number;
}

/** A real array of `shape`. `low` and `high` are flat: one bound per element, possibly ±Infinity. */
export interface BoxSpace {
  readonly type: 'box';
  readonly shape: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Several independent choices at once; choice k has `n[k]` alternatives. */
export interface MultiDiscreteSpace {
  readonly type: 'multiDiscrete';
  readonly n: readonly number[];
}

export type Space = DiscreteSpace | MultiDiscreteSpace | BoxSpace;
/** Spaces that actions may have. */
export type ActionSpace = Space;

/** Creates a box whose elements have the same bounds. */
export function createBoxSpace(shape: readonly number[], low: number, high: number): BoxSpace {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { type: 'box', shape, low: Array<number>(size).fill(low), high: Array<number>(size).fill(high) };
}

/**
 * Numbers per element of the space in a flat row: 1 for a discrete space, one per choice for a multi-discrete one,
 * the product of the shape for a box.
 */
export function flatSize(space: Space): number {
  switch (space.type) {
    case 'discrete':
      return 1;
    case 'multiDiscrete':
      return space.n.length;
    case 'box':
      return space.shape.reduce((product, extent) => product * extent, 1);
  }
}

/** Returns whether every element has a finite range. */
export function isBounded({ low, high }: BoxSpace): boolean {
  return [...low, ...high].every(Number.isFinite);
}
