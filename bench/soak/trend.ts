// Trend of a sampled value: whether it rises.

export interface TimedFigure {
  readonly minutes: number;
  readonly value: number;
}

/** Slope of the straight line nearest to the samples, per minute. */
export function measureSlope(samples: readonly TimedFigure[]): number {
  const mean = (read: (sample: TimedFigure) => number): number =>
    samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length;
  const meanMinutes = mean(({ minutes }) => minutes);
  const meanValue = mean(({ value }) => value);
  const covariance = mean(({ minutes, value }) => (minutes - meanMinutes) * (value - meanValue));
  const variance = mean(({ minutes }) => (minutes - meanMinutes) ** 2);
  return covariance / variance;
}

/** The samples of the last two thirds of the time: at first caches fill and code is compiled. */
export function takeLastTwoThirds(samples: readonly TimedFigure[]): TimedFigure[] {
  const lastMinutes = samples.at(-1)?.minutes ?? 0;
  return samples.filter(({ minutes }) => minutes >= lastMinutes / 3);
}
