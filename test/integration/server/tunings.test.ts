// Tunings: a search for settings whose training runs are jobs.
import { describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { tuningSchema, type Tuning } from '../../../src/shared/api/tuning.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

async function read(server: TestServer, id: string): Promise<Tuning> {
  return tuningSchema.parse(await (await server.get(`/tunings/${id}`)).json());
}

async function post(server: TestServer, request: object): Promise<Tuning> {
  const response = await server.post('/tunings', request);
  expect(response.status).toBe(202);
  return tuningSchema.parse(await response.json());
}

async function waitFor(server: TestServer, id: string, state: string): Promise<Tuning> {
  return await vi.waitFor(async () => {
    const tuning = await read(server, id);
    expect(tuning.state).toBe(state);
    return tuning;
  }, patience);
}

const request = {
  job: { environment: 'CartPole-v1', workers: 1, stop: { maxSteps: 6_000 } },
  trials: 4,
  seeds: 1,
  seed: 1,
};

describe('a tuning', () => {
  it(
    'trains all trials, the better ones for longer, also over a restart of the server',
    { timeout: 120_000 },
    async () => {
      const data = createTemporaryDirectory();
      const first = await startTestServer({ data }, 'real');
      const { id, rungs } = await post(first, request);
      expect(rungs).toEqual([
        { candidates: 4, steps: 2_000, seeds: 1 },
        { candidates: 2, steps: 6_000, seeds: 1 },
      ]);
      await vi.waitFor(async () => {
        expect((await read(first, id)).progress).toBeGreaterThan(0.1);
      }, patience);
      await first.close();

      const server = await startTestServer({ data }, 'real');
      const done = await waitFor(server, id, 'succeeded');
      expect(done).toMatchObject({ progress: 1, rung: 1, seed: 1, environment: 'CartPole-v1' });
      expect(done.jobs).toHaveLength(4 + 2);
      expect(done.trials.map(({ rung }) => rung)).toEqual([1, 1, 0, 0]);
      const [best, second] = done.trials;
      expect(best?.score?.mean).toBeGreaterThanOrEqual(second?.score?.mean ?? Infinity);
      expect(done.best).toEqual({ trial: best?.number, score: best?.score, settings: best?.settings });
      const job = await server.readJob(best?.jobs[0]?.id ?? '');
      expect(job).toMatchObject({ experiment: id, spec: { stop: { maxSteps: 6_000, targetReward: null } } });
      // The settings are a request.
      expect((await server.post('/jobs', { ...done.best?.settings, stop: { maxSteps: 100 } })).status).toBe(
        202,
      );
      expect((await server.remove(`/tunings/${id}`)).status).toBe(204);
      expect((await server.get(`/tunings/${id}`)).status).toBe(404);
    },
  );

  it('ends when it is cancelled, and starts nothing new', async () => {
    const server = await startTestServer();
    const { id, jobs } = await post(server, { ...request, name: 'run' });
    expect((await server.remove(`/tunings/${id}`)).status).toBe(409);
    expect((await server.post(`/tunings/${id}/cancel`)).status).toBe(202);
    expect((await waitFor(server, id, 'cancelled')).jobs).toEqual(jobs);
    expect(await (await server.get('/tunings')).json()).toMatchObject({
      data: [{ id, name: 'run', state: 'cancelled', jobs: 4 }],
    });
  });

  it('says what cannot be searched', async () => {
    const server = await startTestServer();
    const cases: [object, number, string | null][] = [
      [{ ...request, job: { environment: 'CartPole-v1', algorithm: 'random' } }, 422, 'job.algorithm'],
      [
        { ...request, job: { environment: 'CartPole-v1', stop: { maxSteps: null } } },
        422,
        'job.optimizer.schedule',
      ],
      [{ ...request, trials: 0 }, 400, 'trials'],
      [{ ...request, job: { environment: 'Nothing-v0' } }, 422, null],
    ];
    for (const [wrong, status, path] of cases) {
      const response = await server.post('/tunings', wrong);
      const problem = problemSchema.parse(await response.json());
      expect(response.status, JSON.stringify(problem)).toBe(status);
      if (path !== null) expect(problem.errors?.map((error) => error.path)).toContain(path);
    }
    expect((await server.get('/tunings/exp_00000000000000000000')).status).toBe(404);
  });
});
