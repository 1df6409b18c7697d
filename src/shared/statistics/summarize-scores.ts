// Scores of several runs with the same settings as one number with its uncertainty.
import { Random } from '../random/random.ts';
import { bootstrapInterval, computeInterquartileMean, type Interval } from './interquartile-mean.ts';

export interface ScoreSummary {
  /** Number of scores. */
  readonly count: number;
  /** Interquartile mean; null without scores. */
  readonly mean: number | null;
  /** 95 % confidence interval by the bootstrap; null for fewer than two scores. */
  readonly interval: Interval | null;
}

/** The resamples are always the same, so the same scores have the same interval. */
const seed = 1;

/** Summarizes the scores that are known. */
export function summarizeScores(scores: readonly (number | null)[]): ScoreSummary {
  const known = scores.filter((score) => score !== null);
  return {
    count: known.length,
    mean: known.length === 0 ? null : computeInterquartileMean(known),
    interval: bootstrapInterval(known, computeInterquartileMean, Random.fromSeed(seed)),
  };
}
