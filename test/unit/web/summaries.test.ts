// Curves of several runs, and smoothing.
import { describe, expect, it } from 'vitest';
import { smooth } from '../../../web/src/charts/smooth.ts';
import { summarizeRuns } from '../../../src/shared/statistics/summarize-runs.ts';

describe('runs as one curve', () => {
  it('have mean and middle half where they are, between their points too', () => {
    const runs = [0, 10, 20, 30].map((offset) => ({ x: [0, 100], y: [offset, offset + 100] }));
    const { x, mean, low, high } = summarizeRuns(runs);
    const middle = x.indexOf(50);
    expect(mean[middle]).toBeCloseTo(65);
    expect(low[middle]).toBeCloseTo(57.5);
    expect(high[middle]).toBeCloseTo(72.5);
    expect([x[0], x.at(-1)]).toEqual([0, 100]);
  });

  it('count no further than they go', () => {
    const { x, mean } = summarizeRuns([
      { x: [0, 50], y: [0, 0] },
      { x: [0, 100], y: [10, 10] },
    ]);
    expect(mean[x.indexOf(25)]).toBe(5);
    expect(mean[x.indexOf(75)]).toBe(10);
  });

  it('leave gaps where nothing is known', () => {
    expect(summarizeRuns([{ x: [0, 100], y: [null, null] }]).x).toEqual([]);
    expect(summarizeRuns([]).x).toEqual([]);
  });
});

it('smoothing begins with the first value and keeps gaps', () => {
  const smoothed = smooth([10, null, 10, 20], 0.9);
  expect(smoothed[0]).toBeCloseTo(10);
  expect(smoothed[1]).toBeNull();
  expect(smoothed[2]).toBeCloseTo(10);
  expect(smoothed[3]).toBeGreaterThan(10);
  expect(smoothed[3]).toBeLessThan(15);
  expect(smooth([1, 2], 0)).toEqual([1, 2]);
});
