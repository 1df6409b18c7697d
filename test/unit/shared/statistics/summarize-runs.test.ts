// Curves of several runs.
import { describe, expect, it } from 'vitest';
import { summarizeRuns } from '../../../../src/shared/statistics/summarize-runs.ts';

describe('runs as one curve', () => {
  it('have mean and middle half where they are, between their points too', () => {
    const runs = [0, 10, 20, 30].map((offset) => ({ x: [0, 100], y: [offset, offset + 100], isOver: true }));
    const { x, mean, low, high } = summarizeRuns(runs);
    const middle = x.indexOf(50);
    expect(mean[middle]).toBeCloseTo(65);
    expect(low[middle]).toBeCloseTo(57.5);
    expect(high[middle]).toBeCloseTo(72.5);
    expect([x[0], x.at(-1)]).toEqual([0, 100]);
  });

  it('count no further than they are', () => {
    const { x, mean } = summarizeRuns([
      { x: [0, 50], y: [0, 0], isOver: false },
      { x: [0, 100], y: [10, 10], isOver: false },
    ]);
    expect(mean[x.indexOf(25)]).toBe(5);
    expect(mean[x.indexOf(75)]).toBe(10);
  });

  it('keep their last value when they are over, so that the mean does not jump', () => {
    const { x, mean } = summarizeRuns([
      { x: [0, 40, 50], y: [0, 20, null], isOver: true },
      { x: [0, 100], y: [10, 10], isOver: false },
    ]);
    expect(mean[x.indexOf(40)]).toBe(15);
    expect(mean[x.indexOf(75)]).toBe(15);
    expect(mean.at(-1)).toBe(15);
  });

  it('leave gaps where nothing is known', () => {
    expect(summarizeRuns([{ x: [0, 100], y: [null, null], isOver: true }]).x).toEqual([]);
    expect(summarizeRuns([]).x).toEqual([]);
  });
});
