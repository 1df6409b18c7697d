// Moments of a stream of numbers: count, mean and sum of squared deviations. They are merged from batches, so that
// any number of workers can measure in parallel (Chan, Golub & LeVeque 1983).
//
// A block of moments over n variables has 1 + 2n float64: the count, the n means, the n sums of squared deviations.

import { countElements, type Shape } from '../network/shape.ts';

const PICTURE_DIMENSIONS = 3;

/** Numbers in a block over `variables` variables; 0 if there is nothing to measure. */
export function momentsLength(variables: number): number {
  return variables === 0 ? 0 : 1 + 2 * variables;
}

/**
 * Moments that travel with each gradient: a block over the observation's elements, and a block over the discounted
 * return.
 */
export interface MomentsShape {
  /** Variables of an observation; 0 if observations are not normalized. */
  readonly observationVariables: number;
  /** 1 if rewards are scaled, otherwise 0. */
  readonly returns: number;
}

/** `observationVariables`: as `countVariables` counts them. */
export function describeMoments(options: {
  readonly observationVariables: number;
  readonly normalizeObservations: boolean;
  readonly normalizeRewards: boolean;
}): MomentsShape {
  return {
    observationVariables: options.normalizeObservations ? options.observationVariables : 0,
    returns: options.normalizeRewards ? 1 : 0,
  };
}

/**
 * Counts the numbers of an observation that have a mean and a variance of their own. The cells of a picture (rows, columns,
 * channels) share theirs, because a cell that hardly ever changes would count for more than all others when it does.
 */
export function countVariables(shape: Shape): number {
  return shape.length === PICTURE_DIMENSIONS ? 1 : countElements(shape);
}

/** Returns the moments of one variable that has the samples of all variables of a block. */
export function poolMoments(block: Float64Array): Float64Array {
  const variables = (block.length - 1) / 2;
  const count = block[0]!;
  const means = block.subarray(1, 1 + variables);
  const mean = means.reduce((sum, value) => sum + value, 0) / variables;
  const within = block.subarray(1 + variables).reduce((sum, squares) => sum + squares, 0);
  const between = means.reduce((sum, value) => sum + count * (value - mean) ** 2, 0);
  return Float64Array.of(count * variables, mean, within + between);
}

export function totalMomentsLength({ observationVariables, returns }: MomentsShape): number {
  return momentsLength(observationVariables) + momentsLength(returns);
}

/** Writes the moments of `rows` rows of `variables` numbers each into `out`, a block. */
export function measureMoments(
  numbers: Float32Array,
  { rows, variables }: { readonly rows: number; readonly variables: number },
  out: Float64Array,
): Float64Array {
  out[0] = rows;
  for (let variable = 0; variable < variables; variable += 1) {
    let sum = 0;
    for (let index = variable; index < rows * variables; index += variables) sum += numbers[index]!;
    const mean = sum / rows;
    let squares = 0;
    for (let index = variable; index < rows * variables; index += variables) {
      const deviation = numbers[index]! - mean;
      squares += deviation * deviation;
    }
    out[1 + variable] = mean;
    out[1 + variables + variable] = squares;
  }
  return out;
}

/**
 * Merges a block, which begins at `offset` of `source`, into another. With counts n and m, means μ and ν and squared deviations S and T, the union has mean
 * μ + (ν − μ)·m/(n + m) and squared deviations S + T + (ν − μ)²·n·m/(n + m). Non-finite blocks are ignored.
 */
export function mergeMoments(target: Float64Array, source: Float64Array, offset = 0): void {
  const added = source[offset]!;
  if (added === 0) return;
  for (let index = offset; index < offset + target.length; index += 1) {
    if (!Number.isFinite(source[index])) return;
  }
  const variables = (target.length - 1) / 2;
  const count = target[0]!;
  const total = count + added;
  for (let mean = 1; mean <= variables; mean += 1) {
    const squares = mean + variables;
    const difference = source[offset + mean]! - target[mean]!;
    target[mean]! += (difference * added) / total;
    target[squares]! += source[offset + squares]! + (difference * difference * count * added) / total;
  }
  target[0] = total;
}
