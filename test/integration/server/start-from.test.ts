// Jobs that start from the weights of another job: real masters, real models.
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { jobSchema, type Job } from '../../../src/shared/job/job.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const small = {
  algorithm: 'a2c',
  normalizeObservations: true,
  network: { shared: false, layers: [{ type: 'dense', units: 8, activation: 'tanh' }] },
  stop: { maxSteps: 20_000, targetReward: null },
};

/** So slow to learn that weights stay what they were. */
const still = {
  optimizer: { type: 'adam', learningRate: 1e-12, criticLearningRate: null },
  stop: { maxSteps: 400, targetReward: null },
};

async function trainSource(server: TestServer, fields: Record<string, unknown> = {}): Promise<Job> {
  const { id } = await server.postJob('source', { ...small, ...fields });
  return await server.waitFor(id, 'succeeded');
}

async function readWeights(server: TestServer, id: string, model: string): Promise<Float32Array> {
  const response = await server.get(`/jobs/${id}/models/${model}/weights.bin`);
  expect(response.status).toBe(200);
  return new Float32Array(await response.arrayBuffer());
}

function largestDifference(first: Float32Array, second: Float32Array): number {
  expect(first.length).toBe(second.length);
  return first.reduce((most, value, index) => Math.max(most, Math.abs(value - (second[index] ?? 0))), 0);
}

/** What is said to be wrong, as `path: message`. */
async function refuse(server: TestServer, body: Record<string, unknown>): Promise<string> {
  const response = await server.post('/jobs', body);
  expect(response.status).toBe(422);
  const { code, errors = [] } = problemSchema.parse(await response.json());
  expect(code).toBe('INVALID_JOB');
  return errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

describe('startFrom', () => {
  it("begins with another job's weights and statistics, and takes the shape of its network", async () => {
    const server = await startTestServer({}, 'real');
    const source = await trainSource(server);
    const { id, spec } = await server.postJob('heir', {
      ...still,
      startFrom: { job: source.id, model: 'latest' },
    });
    expect(spec).toMatchObject({
      startFrom: { job: source.id, model: 'latest' },
      network: { layers: small.network.layers },
      algorithm: 'a2c',
      normalizeObservations: true,
    });
    await server.waitFor(id, 'succeeded');
    const inherited = await readWeights(server, source.id, 'latest');
    // The statistics of observations, which are among these, have moved by what 400 steps add to 20 000.
    expect(largestDifference(await readWeights(server, id, 'latest'), inherited)).toBeLessThan(0.05);
    const { id: stranger } = await server.postJob('stranger', { ...small, ...still, seed: 99 });
    await server.waitFor(stranger, 'succeeded');
    expect(largestDifference(await readWeights(server, stranger, 'latest'), inherited)).toBeGreaterThan(0.2);
  });

  it('takes the best model where none is named, and needs the other job no more once it is posted', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 }, 'real');
    const source = await trainSource(server);
    const best = await readWeights(server, source.id, 'best');
    const blocker = await server.postJob('blocker', { stop: { maxSteps: 1e11, targetReward: null } });
    await server.waitFor(blocker.id, 'running');
    const { id, spec } = await server.postJob('heir', { ...still, startFrom: { job: source.id } });
    expect(spec.startFrom).toEqual({ job: source.id, model: 'best' });
    expect((await server.remove(`/jobs/${source.id}`)).status).toBe(204);
    await server.post(`/jobs/${blocker.id}/cancel`);
    await server.waitFor(id, 'succeeded');
    expect(largestDifference(await readWeights(server, id, 'latest'), best)).toBeLessThan(0.05);
  });

  it('is refused with what does not fit, and leaves nothing behind', async () => {
    const server = await startTestServer({}, 'real');
    const { id: job } = await trainSource(server);
    const environment = 'CartPole-v1';
    const startFrom = { job };
    expect(await refuse(server, { environment: 'MountainCar-v0', startFrom })).toMatch(
      /^startFrom: the model has the observation space .*"shape":\[4\].*not .*"shape":\[2\]/,
    );
    const network = { layers: [{ type: 'dense', units: 9, activation: 'tanh' }] };
    expect(await refuse(server, { environment, startFrom, network })).toMatch(
      /^startFrom: .*networks do not fit.*policy_0/,
    );
    expect(await refuse(server, { environment, startFrom, normalizeObservations: false })).toMatch(
      /^startFrom: .*networks do not fit/,
    );
    expect(await refuse(server, { environment, startFrom: { job: 'job_00000000000000000000' } })).toMatch(
      /^startFrom\.job: .*no job/,
    );
    expect(await refuse(server, { environment, startFrom: { job: '../..' } })).toMatch(
      /^startFrom\.job: .*no job/,
    );
    expect(server.listJobDirectories()).toEqual([job]);
    const queued = await server.postJob('no model', { stop: { maxSteps: 1e11, targetReward: null } });
    await server.post(`/jobs/${queued.id}/cancel`);
    expect(await refuse(server, { environment, startFrom: { job: queued.id } })).toBe(
      'startFrom.model: this job has no best model',
    );
  });

  it('gives the same job again for the same key, even when both come at once', async () => {
    const server = await startTestServer({}, 'real');
    const source = await trainSource(server);
    const body = { environment: 'CartPole-v1', ...still, startFrom: { job: source.id } };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.post('/jobs', body, { 'idempotency-key': 'once' })),
    );
    const ids = await Promise.all(answers.map(async (answer) => jobSchema.parse(await answer.json()).id));
    expect(new Set(ids).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  });
});
