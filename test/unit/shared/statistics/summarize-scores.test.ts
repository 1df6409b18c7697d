import { expect, it } from 'vitest';
import { summarizeScores } from '../../../../src/shared/statistics/summarize-scores.ts';

it('scores have an interquartile mean and the same interval each time; what is unknown is left out', () => {
  const scores = [1, 2, null, 3, 100];
  const summary = summarizeScores(scores);
  expect(summary).toMatchObject({ count: 4, mean: 2.5 });
  expect(summary.interval?.low).toBeGreaterThanOrEqual(1);
  expect(summary.interval?.high).toBeGreaterThan(2.5);
  expect(summarizeScores(scores)).toEqual(summary);
});

it('one score has no interval, and none has no mean', () => {
  expect(summarizeScores([7])).toEqual({ count: 1, mean: 7, interval: null });
  expect(summarizeScores([null])).toEqual({ count: 0, mean: null, interval: null });
});
