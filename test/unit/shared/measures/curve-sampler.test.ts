import { describe, expect, it } from 'vitest';
import { CurveSampler } from '../../../../src/shared/measures/curve-sampler.ts';

const countPoints = (seconds: number): number => {
  const sampler = new CurveSampler();
  let points = 0;
  for (let report = 0; report < seconds * 10; report += 1) if (sampler.accepts(report / 10)) points += 1;
  return points;
};

describe('CurveSampler', () => {
  it('takes every report of a short run', () => {
    expect(countPoints(60)).toBe(600);
  });

  it('keeps the curve of a week small', () => {
    expect(countPoints(7 * 86_400)).toBeLessThan(20_000);
  });
});
