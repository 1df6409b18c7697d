// Shapes of arrays: extents from the slowest axis to the fastest.

export type Shape = readonly number[];

/** Counts the elements of an array of that shape; 1 for a scalar's `[]`. */
export function countElements(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
