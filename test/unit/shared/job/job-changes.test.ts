import { describe, expect, it } from 'vitest';
import { concernsTraining, trainingPaths } from '../../../../src/shared/job/changeable-paths.ts';
import { changeSpec, jobChangesSchema, listFieldChanges } from '../../../../src/shared/job/job-changes.ts';
import { stopSchema } from '../../../../src/shared/job-fields/job-fields.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';

describe('changes of a job', () => {
  it('replace the given fields and leave the others', () => {
    const changed = changeSpec(exampleSpec, {
      name: 'slower',
      metadata: { run: 2 },
      optimizer: { learningRate: 0.0001 },
      stop: { maxSteps: null, targetReward: 100 },
    });
    expect(changed).toEqual({
      ...exampleSpec,
      name: 'slower',
      metadata: { run: 2 },
      optimizer: { ...exampleSpec.optimizer, learningRate: 0.0001 },
      stop: { ...exampleSpec.stop, maxSteps: null, targetReward: 100 },
    });
  });

  it('are listed with both values', () => {
    const { maxSteps } = exampleSpec.stop;
    const changed = changeSpec(exampleSpec, { entropyCoefficient: 0.1, stop: { maxSteps: 5 } });
    expect(listFieldChanges(exampleSpec, changed)).toEqual([
      { path: 'entropyCoefficient', from: exampleSpec.entropyCoefficient, to: 0.1 },
      { path: 'stop.maxSteps', from: maxSteps, to: 5 },
    ]);
    expect(listFieldChanges(exampleSpec, exampleSpec)).toEqual([]);
  });

  it('can be made to every limit, and are told from labels', () => {
    for (const name of Object.keys(stopSchema.shape)) expect(trainingPaths).toContain(`stop.${name}`);
    expect(['name', 'metadata'].some((path) => concernsTraining({ path }))).toBe(false);
    expect(trainingPaths.every((path) => concernsTraining({ path }))).toBe(true);
  });

  it('cannot be made to other fields, or to impossible values', () => {
    for (const wrong of [
      { workers: 3 },
      { optimizer: { type: 'rmsprop' } },
      { optimizer: { learningRate: 0 } },
      { entropyCoefficient: -1 },
      { stop: { maxSteps: 0 } },
    ])
      expect(jobChangesSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
