// Scores of several runs in one number, as recommended for few runs by Agarwal et al. 2021, "Deep Reinforcement Learning
// at the Edge of the Statistical Precipice" (arXiv 2108.13264).
import type { Random } from '../random/random.ts';

/**
 * Mean of the middle half of the values: without the lowest and the highest quarter, of which a part of a value counts in
 * part. NaN without values.
 */
export function computeInterquartileMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const quarter = sorted.length / 4;
  let sum = 0;
  let weights = 0;
  for (const [index, value] of sorted.entries()) {
    // The value covers the places from index to index + 1; those from `quarter` to 3·`quarter` count.
    const weight = Math.max(0, Math.min(index + 1, 3 * quarter) - Math.max(index, quarter));
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const resamples = 2_000;

/**
 * 95 % confidence interval of a statistic by the percentile bootstrap (Efron & Tibshirani 1993, section 13.3): the
 * statistic of as many values, drawn from the values with replacement, again and again. Null for fewer than two values.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (values: readonly number[]) => number,
  random: Random,
): Interval | null {
  if (values.length < 2) return null;
  const drawn = Array.from({ length: resamples }, () =>
    statistic(values.map(() => values[random.nextInteger(values.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return { low: pickQuantile(drawn, 0.025), high: pickQuantile(drawn, 0.975) };
}

/** Quantile of sorted values, between two of them by linear interpolation. NaN without values. */
export function pickQuantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [before, after] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (before === undefined || after === undefined) return Number.NaN;
  return before + (place - Math.floor(place)) * (after - before);
}
