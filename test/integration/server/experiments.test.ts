// Experiments: jobs of several variations and seeds.
import { describe, expect, it, vi } from 'vitest';
import {
  experimentPageSchema,
  experimentSchema,
  type Experiment,
} from '../../../src/shared/api/experiment.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { jobPageSchema } from '../../../src/shared/api/job-page.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

async function read(server: TestServer, id: string): Promise<Experiment> {
  return experimentSchema.parse(await (await server.get(`/experiments/${id}`)).json());
}

async function post(server: TestServer, request: object, headers = {}): Promise<Experiment> {
  const response = await server.post('/experiments', request, headers);
  expect(response.status).toBe(202);
  return experimentSchema.parse(await response.json());
}

async function waitFor(server: TestServer, id: string, state: string): Promise<Experiment> {
  return await vi.waitFor(async () => {
    const experiment = await read(server, id);
    expect(experiment.state).toBe(state);
    return experiment;
  }, patience);
}

/** A job of a scripted master. */
const scripted = (name: string) => ({ environment: 'CartPole-v1', workers: 1, name });

describe('an experiment', () => {
  it('trains every variation with every seed, and finds the better one', { timeout: 60_000 }, async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await post(server, {
      name: 'does learning help?',
      job: { environment: 'CartPole-v1', workers: 1, stop: { maxSteps: 20_000 } },
      seeds: [3, 1],
      variations: [{ optimizer: { learningRate: 1e-9, criticLearningRate: 1e-9 } }, {}],
    });
    const done = await waitFor(server, id, 'succeeded');
    expect(done).toMatchObject({ name: 'does learning help?', progress: 1, seeds: [3, 1] });
    expect(done.variations.map(({ label }) => label)).toEqual([
      'optimizer.learningRate 1e-9, optimizer.criticLearningRate 1e-9',
      'the job itself',
    ]);
    expect(done.variations.map(({ jobs }) => jobs.map(({ seed }) => seed))).toEqual([
      [3, 1],
      [3, 1],
    ]);
    expect(done.winner).toEqual({ variation: 1, isClear: true });
    const [, learned] = done.variations;
    expect(learned?.score?.interquartileMean).toBeGreaterThan(100);
    expect(learned?.score?.low).toBeLessThanOrEqual(learned?.score?.interquartileMean ?? 0);
    expect(learned?.curve.mean.at(-1)).toBeGreaterThan(learned?.curve.mean[0] ?? Infinity);
    const member = await server.readJob(learned?.jobs[1]?.id ?? '');
    expect(member).toMatchObject({ experiment: id, spec: { seed: 1, optimizer: { schedule: 'linear' } } });

    const jobs = jobPageSchema.parse(await (await server.get(`/jobs?experiment=${id}`)).json());
    expect(jobs.data.map((job) => job.id).sort()).toEqual([...done.jobs].sort());
    const page = experimentPageSchema.parse(await (await server.get('/experiments')).json());
    expect(page.data).toMatchObject([{ id, environment: 'CartPole-v1', state: 'succeeded', jobs: 4 }]);
    expect((await server.remove(`/experiments/${id}`)).status).toBe(204);
    expect((await server.get(`/experiments/${id}`)).status).toBe(404);
    expect(server.listJobDirectories()).toEqual([]);
  });

  it('can be posted again with the same key, and be cancelled', async () => {
    const server = await startTestServer();
    const request = { job: scripted('run'), seeds: 2 };
    const headers = { 'idempotency-key': 'once' };
    const first = await post(server, request, headers);
    expect(first.seeds).toEqual([1, 2]);
    const again = await server.post('/experiments', request, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toMatchObject({ id: first.id });
    expect((await server.post('/experiments', { ...request, seeds: 3 }, headers)).status).toBe(422);
    await waitFor(server, first.id, 'running');
    expect((await server.remove(`/experiments/${first.id}`)).status).toBe(409);
    expect((await server.post(`/experiments/${first.id}/cancel`)).status).toBe(202);
    expect((await waitFor(server, first.id, 'cancelled')).winner).toBeNull();
  });

  it('has failed if one of its jobs has', async () => {
    const server = await startTestServer();
    const { id } = await post(server, {
      job: scripted('succeed'),
      seeds: 1,
      variations: [{}, { name: 'fail' }],
    });
    const { variations } = await waitFor(server, id, 'failed');
    expect(variations.map(({ state }) => state)).toEqual(['succeeded', 'failed']);
  });

  it('is posted as a whole or not at all, and mistakes have their paths', async () => {
    const server = await startTestServer({ maxQueuedJobs: 10 });
    const job = scripted('run');
    const cases: [object, number, string | null][] = [
      [{ job, variations: [{}, { policy: { type: 'gaussian' } }] }, 422, 'variations.1.policy.type'],
      [{ job: { ...job, stop: { maxSteps: null, targetReward: null } } }, 422, 'job.stop'],
      [{ job, seeds: [1, 1] }, 400, 'seeds'],
      [{ job, seeds: 0 }, 400, 'seeds'],
      [{ job, variations: [{ seed: 3 }] }, 400, 'variations.0.seed'],
      [{ job: { ...job, learningRate: 1 } }, 400, 'job.learningRate'],
      [{ seeds: 2 }, 400, 'job'],
      [{ job: { ...job, environment: 'Nothing-v0' } }, 422, null],
      [{ job, seeds: 100, variations: Array.from({ length: 6 }, () => ({})) }, 422, 'variations'],
      [{ job, seeds: 11 }, 429, null],
    ];
    for (const [request, status, path] of cases) {
      const response = await server.post('/experiments', request);
      const problem = problemSchema.parse(await response.json());
      expect(response.status, JSON.stringify(problem)).toBe(status);
      if (path !== null) expect(problem.errors?.map((error) => error.path)).toContain(path);
    }
    expect(jobPageSchema.parse(await (await server.get('/jobs')).json()).data).toEqual([]);
    expect(experimentPageSchema.parse(await (await server.get('/experiments')).json()).data).toEqual([]);
    expect((await server.get('/experiments/exp_nothing')).status).toBe(404);
    expect((await server.get('/experiments?after=exp_nothing')).status).toBe(404);
  });
});
