import { describe, expect, it } from 'vitest';
import { MovingAverage } from '../../../../src/master/learner/moving-average.ts';

describe('a moving average', () => {
  it('is the mean of what there is until it is full, then of the newest', () => {
    const average = new MovingAverage(3);
    const means = [3, 5, 10, 12, -1].map((item) => {
      average.add(item);
      return { mean: average.mean, isFull: average.isFull };
    });
    expect(means).toEqual([
      { mean: 3, isFull: false },
      { mean: 4, isFull: false },
      { mean: 6, isFull: true },
      { mean: 9, isFull: true },
      { mean: 7, isFull: true },
    ]);
  });

  it('is not a number while empty', () => {
    expect(new MovingAverage(3).mean).toBeNaN();
  });

  it('does not drift after numbers of very different size', () => {
    const average = new MovingAverage(2);
    for (const item of [1e17, 1e17, 0.25, 0.75]) average.add(item);
    expect(average.mean).toBe(0.5);
  });
});
