// Score of a trial: the greedy returns of its final parameters in fresh episodes, over several training seeds.

/** One training run of a trial. */
export interface TrialRun {
  /** Mean return of greedy episodes with the final parameters. */
  readonly greedyMean: number;
  /** Mean return of all training episodes; higher if the run learned sooner. */
  readonly trainingMean: number;
}

/** Scores over the training seeds of a rung. */
export interface TrialScore {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
  readonly trainingMean: number;
  readonly seeds: number;
}

export function scoreTrial(runs: readonly TrialRun[]): TrialScore {
  const means = runs.map(({ greedyMean }) => greedyMean);
  const mean = average(means);
  return {
    mean,
    standardDeviation: Math.sqrt(average(means.map((value) => (value - mean) ** 2))),
    min: Math.min(...means),
    max: Math.max(...means),
    trainingMean: average(runs.map(({ trainingMean }) => trainingMean)),
    seeds: runs.length,
  };
}

/** Negative if the first is better. Of two with the same greedy score, the one that learned sooner is better. */
export function compareScores(first: TrialScore, second: TrialScore): number {
  return second.mean - first.mean || second.trainingMean - first.trainingMean;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
