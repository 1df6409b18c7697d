// A search over real training runs.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { tune, type TuneOptions } from '../../../src/master/tuning/tune.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { jobRequestSchema, type JobRequest } from '../../../src/shared/job/job-spec.ts';
import { startTraining } from '../../fixtures/start-training.ts';

function search(request: JobRequest, options: Partial<TuneOptions> = {}) {
  const fixed = jobRequestSchema.parse(request);
  return tune({
    fixed,
    definition: new EnvironmentRegistry(builtInEnvironments).get(fixed.environment),
    trials: 4,
    seeds: 2,
    seed: 1,
    logger: pino({ level: 'silent' }),
    listener: {},
    ...options,
  });
}

const quickSearch: JobRequest = {
  environment: 'Identity-v0',
  algorithm: 'a2c',
  workers: 1,
  rolloutLength: 16,
  environmentsPerWorker: 8,
  network: { layers: [{ type: 'dense', units: 16, activation: 'relu' }] },
  stop: { maxSteps: 15_000 },
};

describe('a search', () => {
  it('finds settings that learn, better than most, and can be posted as they are', async () => {
    const means: number[] = [];
    const best = await search(quickSearch, {
      trials: 9,
      listener: {
        onTrial: (_trial, { mean }) => {
          means.push(mean);
        },
      },
    });
    if (!best) throw new Error('nothing was found');
    expect(means).toHaveLength(9 + 3);
    expect(best.score.mean).toBe(Math.max(...means.slice(9)));
    expect(best.score.seeds).toBe(2);
    const { figures } = await startTraining({ ...best.trial.request, seed: 99 }).finished;
    expect(figures.reward.evaluation?.mean).toBeGreaterThanOrEqual(18);
  });

  it('repeats itself with a2c', async () => {
    const request = { ...quickSearch, stop: { maxSteps: 3000 } };
    const [first, again, other] = [
      await search(request, { trials: 2 }),
      await search(request, { trials: 2 }),
      await search(request, { trials: 2, seed: 2 }),
    ];
    expect(first).not.toBeNull();
    expect(again).toEqual(first);
    expect(other?.score).not.toEqual(first?.score);
  });

  it('continues after settings that diverge, and reports it when all do', async () => {
    const failures: string[] = [];
    // In float32 this epsilon is 0, and a unit that is off has a gradient of 0: Adam divides 0 by 0.
    const request: JobRequest = {
      environment: 'Identity-v0',
      algorithm: 'a2c',
      optimizer: { epsilon: 1e-300 },
      stop: { maxSteps: 2000 },
    };
    const result = search(request, {
      trials: 3,
      listener: {
        onFailedTrial: ({ number }, error) => {
          failures.push(`${number}: ${error.message}`);
        },
      },
    });
    await expect(result).rejects.toMatchObject({ code: 'NO_TRIAL_SUCCEEDED' });
    const reason = 'its gradients or parameters were not finite';
    expect(failures).toEqual([1, 2, 3].map((number) => `${number}: ${reason}`));
  });

  it('gives the best so far when it is aborted in the middle of a run', async () => {
    const controller = new AbortController();
    let finished = 0;
    const best = await search(
      { ...quickSearch, stop: { maxSteps: 1000 } },
      {
        trials: 3,
        seeds: 1,
        signal: controller.signal,
        listener: {
          onTrial: () => {
            finished += 1;
            controller.abort();
          },
        },
      },
    );
    expect(finished).toBe(1);
    expect(best?.trial.number).toBe(1);
  });

  it('refuses to search without a number of steps', async () => {
    const request: JobRequest = {
      environment: 'Identity-v0',
      optimizer: { schedule: 'constant' },
      stop: { maxSteps: null },
    };
    await expect(search(request)).rejects.toMatchObject({ code: 'INVALID_JOB' });
  });
});
