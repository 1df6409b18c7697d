// Runs that go on although something is wrong say so, and one that can learn nothing fails.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { train } from '../../../src/master/train.ts';
import type { JobWarning } from '../../../src/shared/job/job.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';

const environmentModule = join(import.meta.dirname, '../../fixtures/environments/troubled.ts');

async function collectWarnings(request: JobRequest): Promise<JobWarning[]> {
  const warnings: JobWarning[] = [];
  const { reason } = await train(
    { seed: 1, workers: 1, evaluation: { episodes: 1 }, stop: { maxSteps: 4000 }, ...request },
    { environmentModule, onWarning: (warning) => warnings.push(warning) },
  );
  expect(reason).toBe('maxSteps');
  return warnings;
}

describe('a run', () => {
  it('in which no episode ends warns and says what to do', async () => {
    const [warning, ...others] = await collectWarnings({ environment: 'EndlessCorridor-v0' });
    expect(warning?.code).toBe('NO_EPISODE_ENDED');
    expect(warning?.message).toContain('wrappers.timeLimit');
    expect(others).toEqual([]);
    const limited: JobRequest = { environment: 'EndlessCorridor-v0', wrappers: { timeLimit: 50 } };
    expect(await collectWarnings(limited)).toEqual([]);
  });

  it('many of whose gradients are refused warns', async () => {
    const [warning, ...others] = await collectWarnings({ environment: 'LaterHugeRewards-v0' });
    expect(warning?.code).toBe('MANY_GRADIENTS_REFUSED');
    expect(warning?.message).toContain('normalizeRewards');
    expect(others).toEqual([]);
  });

  it.each(['a3c', 'a2c'] as const)(
    'none of whose gradients could be applied fails (%s)',
    async (algorithm) => {
      await expect(collectWarnings({ environment: 'HugeRewards-v0', algorithm })).rejects.toMatchObject({
        code: 'GRADIENTS_REFUSED',
      });
    },
  );
});
