// The curve of a variation: a seed that has ended counts on, one that still trains does not.
import { expect, it } from 'vitest';
import { presentExperiment } from '../../../../src/server/experiments/present-experiment.ts';
import type { ExperimentMember } from '../../../../src/server/store/experiment-store.ts';
import { experimentRequestSchema } from '../../../../src/shared/api/experiment.ts';
import { jobIdSchema, type JobState } from '../../../../src/shared/job/job.ts';

const record = {
  sequence: 1,
  id: 'exp_1',
  name: null,
  request: '',
  requestHash: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
};
const short = jobIdSchema.parse('job_00000000000000000001');
const long = jobIdSchema.parse('job_00000000000000000002');

function createMember(id: ExperimentMember['id'], seed: number, state: JobState): ExperimentMember {
  return { id, variation: 0, rung: 0, seed, state, endedBy: null, figures: null };
}

it.each([
  ['succeeded', 15],
  ['running', 20],
] as const)('beside a seed that is %s', (state, expected) => {
  const request = experimentRequestSchema.parse({ job: { environment: 'CartPole-v1' }, seeds: [1, 2] });
  const { variations } = presentExperiment(record, {
    request,
    members: [createMember(short, 1, state), createMember(long, 2, 'running')],
    readCurve: (id) => {
      const [steps, mean] =
        id === short
          ? [
              [0, 50],
              [10, 10],
            ]
          : [
              [0, 100],
              [20, 20],
            ];
      const rest = { pointsPerRow: 1, episodes: steps, elapsedSeconds: steps };
      return { ...rest, steps, columns: { movingAverage: { mean, min: mean, max: mean } } };
    },
  });
  expect(variations[0]?.curve.mean.at(0)).toBe(15);
  expect(variations[0]?.curve.mean.at(-1)).toBe(expected);
});
