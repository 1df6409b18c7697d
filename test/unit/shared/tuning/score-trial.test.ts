import { describe, expect, it } from 'vitest';
import { compareScores, scoreTrial } from '../../../../src/shared/tuning/score-trial.ts';

describe('the score of a trial', () => {
  it('is the mean over its training seeds, with the spread between them', () => {
    const runs = [1, 5, 9].map((greedyMean) => ({ greedyMean, trainingMean: greedyMean / 2 }));
    expect(scoreTrial(runs)).toEqual({
      mean: 5,
      standardDeviation: Math.sqrt(32 / 3),
      min: 1,
      max: 9,
      trainingMean: 2.5,
      seeds: 3,
    });
  });

  it('is better with the higher mean, and of equals with the faster learning', () => {
    const score = (greedyMean: number, trainingMean: number) => scoreTrial([{ greedyMean, trainingMean }]);
    expect(compareScores(score(2, 0), score(1, 9))).toBeLessThan(0);
    expect(compareScores(score(-5, 0), score(-4, -9))).toBeGreaterThan(0);
    expect(compareScores(score(1, 3), score(1, 2))).toBeLessThan(0);
  });
});
