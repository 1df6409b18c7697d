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

/** Number of alternatives of each choice; empty for a box. */
export function listChoices(actionSpace: ActionSpace): readonly number[] {
  switch (actionSpace.type) {
    case 'discrete':
      return [actionSpace.n];
    case 'multiDiscrete':
      return actionSpace.n;
    case 'box':
      return [];
  }
}

/** Elements of an action mask: one for each alternative of each choice; 0 for a box. */
export function countMaskElements(actionSpace: ActionSpace): number {
  return listChoices(actionSpace).reduce((sum, count) => sum + count, 0);
}

/** Returns the bounds of each of `size` elements: one for all, or a list; null and undefined are `unbounded`. */
export function spreadBounds(
  bounds: number | null | undefined | readonly (number | null)[],
  size: number,
  unbounded: number,
): number[] {
  if (typeof bounds === 'object' && bounds !== null) return bounds.map((bound) => bound ?? unbounded);
  return Array<number>(size).fill(bounds ?? unbounded);
}

/** Returns whether every element has a finite range. */
export function isBounded({ low, high }: BoxSpace): boolean {
  return [...low, ...high].every(Number.isFinite);
}
