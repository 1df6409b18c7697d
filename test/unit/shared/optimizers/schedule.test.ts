import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { learningRateFactor } from '../../../../src/shared/optimizers/schedule.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';

function withSchedule(schedule: 'constant' | 'linear', maxSteps: number | null): JobSpec {
  const { optimizer, stop } = exampleSpec;
  return { ...exampleSpec, optimizer: { ...optimizer, schedule }, stop: { ...stop, maxSteps } };
}

describe('a linear schedule', () => {
  it('falls from 1 to 0 at the last step, and no further', () => {
    const spec = withSchedule('linear', 1000);
    expect([0, 250, 500, 1000, 1020].map((steps) => learningRateFactor(spec, steps))).toEqual([
      1, 0.75, 0.5, 0, 0,
    ]);
  });
});

describe('a constant schedule', () => {
  it('stays at 1', () => {
    const spec = withSchedule('constant', 1000);
    expect([0, 500, 2000].map((steps) => learningRateFactor(spec, steps))).toEqual([1, 1, 1]);
  });
});
