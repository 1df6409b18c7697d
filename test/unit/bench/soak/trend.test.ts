import { describe, expect, it } from 'vitest';
import { measureSlope, takeLastTwoThirds } from '../../../../bench/soak/trend.ts';

describe('the trend of a soak', () => {
  it('is the slope of the nearest line', () => {
    const noise = [1, -1, 0, -1, 1];
    const rising = noise.map((error, minutes) => ({ minutes, value: 100 + 2 * minutes + error }));
    expect(measureSlope(rising)).toBeCloseTo(2, 12);
    expect(measureSlope(noise.map((error, minutes) => ({ minutes, value: 7 + error })))).toBeCloseTo(0, 12);
  });

  it('leaves out the first third of the time', () => {
    const samples = [0, 1, 2, 3, 4, 5, 6].map((minutes) => ({ minutes, value: minutes }));
    expect(takeLastTwoThirds(samples).map(({ minutes }) => minutes)).toEqual([2, 3, 4, 5, 6]);
  });
});
