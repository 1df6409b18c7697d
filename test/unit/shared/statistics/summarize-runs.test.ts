// Curves of several runs.
import { describe, expect, it } from 'vitest';
import { summarizeRuns } from '../../../../src/shared/statistics/summarize-runs.ts';

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
