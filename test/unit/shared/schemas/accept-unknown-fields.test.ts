import { describe, expect, it } from 'vitest';
import { jobRecordSchema } from '../../../../src/server/store/job-record.ts';
import { jobRequestSchema, jobSpecSchema, type JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { storedJobSpecSchema } from '../../../../src/shared/job/stored-job-spec.ts';
import { acceptUnknownFields } from '../../../../src/shared/schemas/accept-unknown-fields.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { addUnknownFields } from '../../../fixtures/newer-answers.ts';

const spec: JobSpec = {
  ...exampleSpec,
  network: {
    shared: false,
    layers: [{ type: 'dense', units: 8, activation: 'tanh' }, { type: 'flatten' }],
    valueLayers: [{ type: 'lstm', units: 4 }],
    initialization: 'glorot',
  },
  ddpg: {
    replaySize: 10,
    batchSize: 2,
    targetUpdate: { type: 'hard', everyUpdates: 5 },
    noise: { type: 'gaussian', standardDeviation: 1 },
    warmUp: { criticSteps: 1, actorSteps: 1 },
    huberThreshold: null,
    invertGradients: false,
  },
  startFrom: { job: 'job_1', model: 'best' },
};
// Metadata have no unknown fields: all of them are the user's own.
const variants = addUnknownFields(spec).filter(({ where }) => where !== 'metadata');

describe('a spec of a newer version', () => {
  it.each(variants)('is read without the field that it has more, in "$where"', ({ answer }) => {
    expect(jobSpecSchema.safeParse(answer).success).toBe(false);
    expect(acceptUnknownFields(jobSpecSchema).parse(answer)).toEqual(spec);
    expect(storedJobSpecSchema.parse(answer)).toEqual(spec);
  });

  it('is read from the store', () => {
    const row = {
      sequence: 1,
      id: `job_${'0'.repeat(20)}`,
      name: null,
      state: 'paused',
      stateReason: null,
      createdAt: '',
      startedAt: null,
      finishedAt: null,
      attempt: 1,
      masterDeaths: 0,
      bestModelSteps: null,
      latestModelSteps: null,
      checkpointSteps: null,
      checkpointTime: null,
      isHeld: 0,
      warnings: '[]',
      engine: null,
      changes: '[]',
      experimentId: null,
    };
    const [newerSpec] = variants;
    for (const { answer: figures } of addUnknownFields(exampleFigures(100))) {
      const columns = {
        spec: JSON.stringify(newerSpec?.answer),
        figures: JSON.stringify(figures),
        error: JSON.stringify({ code: 'A', message: 'b', hint: 'of a newer version' }),
        novelty: 1,
      };
      const record = jobRecordSchema.parse({ ...row, ...columns });
      expect(record).toMatchObject({ spec, figures: exampleFigures(100), error: { code: 'A' } });
    }
  });

  it('is still refused where a known field is wrong, by the path of that field', () => {
    const wrong = { ...spec, novelty: 1, stop: { ...spec.stop, maxSteps: 'many', novelty: 1 } };
    const { error } = acceptUnknownFields(jobSpecSchema).safeParse(wrong);
    expect(error?.issues.map(({ path }) => path)).toEqual([['stop', 'maxSteps']]);
    for (const other of [null, 3, [], { ...spec, optimizer: { type: 'novel' } }, { ...spec, policy: 'x' }]) {
      expect(acceptUnknownFields(jobSpecSchema).safeParse(other).success).toBe(false);
    }
  });
});

describe('a posted job', () => {
  it.each(
    addUnknownFields({ environment: 'CartPole-v1', stop: {}, network: {}, optimizer: {}, wrappers: {} }),
  )('is refused with an unknown field in "$where"', ({ answer }) => {
    expect(jobRequestSchema.safeParse(answer).success).toBe(false);
  });
});
