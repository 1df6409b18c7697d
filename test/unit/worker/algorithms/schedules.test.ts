import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { scheduleEntropy } from '../../../../src/shared/optimizers/schedule.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';
import { drawParameters, drawRollout } from '../../../fixtures/random-rollout.ts';
import { createRecordedAlgorithm, replayRollout } from '../../../fixtures/recorded-rollout.ts';

const shape = { steps: 8, environments: 1, observationSize: 3, actions: 3, hasMask: false };
const record = drawRollout(Random.fromSeed(4), shape);

/** The gradient of the record after a share of the job's steps. */
function differentiate(settings: Partial<JobSpec>, progress = 0): { gradient: number[]; norm: number } {
  const { algorithm, spec } = createRecordedAlgorithm({
    ...shape,
    settings: { rolloutLength: shape.steps, ...settings },
  });
  drawParameters(Random.fromSeed(5), algorithm.parameters);
  replayRollout(algorithm, record, { progress, entropyCoefficient: scheduleEntropy(spec, progress) });
  return { gradient: [...algorithm.gradient], norm: Math.hypot(...algorithm.gradient) };
}

describe('a schedule', () => {
  it('takes the entropy coefficient from its first to its final value', () => {
    const scheduled = { entropyCoefficient: 2, finalEntropyCoefficient: 0 };
    const quarter = differentiate(scheduled, 0.25).gradient;
    expect(measureRelativeError(quarter, differentiate({ entropyCoefficient: 1.5 }).gradient)).toBeLessThan(
      1e-5,
    );
    const end = differentiate(scheduled, 1).gradient;
    expect(measureRelativeError(end, differentiate({ entropyCoefficient: 0 }).gradient)).toBeLessThan(1e-5);
  });

  it('takes the norm that gradients are clipped to from its first to its final value', () => {
    const scheduled = { maxGradientNorm: 0.01, finalMaxGradientNorm: 0.002 };
    expect(differentiate(scheduled, 0).norm).toBeCloseTo(0.01, 6);
    expect(differentiate(scheduled, 0.5).norm).toBeCloseTo(0.006, 6);
    expect(differentiate(scheduled, 1).norm).toBeCloseTo(0.002, 6);
  });

  it('without a final value stays where it is', () => {
    expect(differentiate({ entropyCoefficient: 2 }, 0.9).gradient).toEqual(
      differentiate({ entropyCoefficient: 2 }, 0).gradient,
    );
  });
});
