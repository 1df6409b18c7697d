import { describe, expect, it } from 'vitest';
import { PlateauWatch } from '../../../../src/master/learner/plateau-watch.ts';

function watch(means: readonly number[], delta = 0): PlateauWatch {
  const plateau = new PlateauWatch();
  for (const mean of means) plateau.add(mean, delta);
  return plateau;
}

describe('a plateau', () => {
  it('counts the evaluations since the last improvement', () => {
    expect(watch([]).evaluationsSince).toBe(0);
    expect(watch([10]).evaluationsSince).toBe(0);
    expect(watch([10, 10, 9]).evaluationsSince).toBe(2);
    expect(watch([10, 10, 9, 11]).evaluationsSince).toBe(0);
    expect(watch([-200, -200, -190, -195]).evaluationsSince).toBe(1);
  });

  it('takes no rise of delta or less for an improvement, but small ones add up', () => {
    expect(watch([10, 12, 11], 2).evaluationsSince).toBe(2);
    expect(watch([10, 11, 12, 13], 2).evaluationsSince).toBe(0);
  });

  it('continues from its state', () => {
    const plateau = new PlateauWatch();
    plateau.setState(watch([10, 9, 8]).getState());
    plateau.add(9, 0);
    expect(plateau.evaluationsSince).toBe(3);
  });
});
