// POST /jobs/{id}/evaluations: fresh episodes that clients ask for.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { A3CClient } from '../../../src/client.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { expectToEnd, listEvaluations } from '../../fixtures/faults/process-tree.ts';
import { postDrawnModel } from '../../fixtures/drawn-jobs.ts';
import { openTestServer, patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const environments = join(import.meta.dirname, '../../fixtures/environments/watched');
const data = mkdtempSync(join(tmpdir(), 'a3c-evaluations-'));

const request: JobRequest = {
  environment: 'WatchedCorridor-v0',
  workers: 1,
  seed: 1,
  environmentMemoryMegabytes: 64,
  environmentTimeoutSeconds: 2,
  network: { layers: [] },
  stop: { maxSteps: 400, targetReward: null },
  evaluation: { episodes: 1, everySteps: 100 },
};

let server: TestServer;
let client: A3CClient;
let job = '';

beforeAll(async () => {
  server = await openTestServer({ data, environments: [environments] }, 'real', {
    maxEvaluations: 1,
    maxQueuedEvaluations: 2,
  });
  client = new A3CClient({ url: server.url });
  const { id } = await client.createJob(request);
  job = jobSchema.parse(await client.waitFor(id)).id;
});

afterAll(async () => {
  await server.close();
  rmSync(data, { recursive: true });
});

/** What the environments of this test do from now on. */
function plan(mishap: string): void {
  process.env.A3C_TEST_MISHAP = mishap;
  onTestFinished(() => {
    delete process.env.A3C_TEST_MISHAP;
  });
}

describe('POST /jobs/{id}/evaluations', () => {
  it('plays episodes of an environment of its user, and keeps the scores', async () => {
    const posted = await client.createEvaluation(job, { episodes: 20, seed: 5, model: 'latest' });
    expect(posted).toMatchObject({
      job,
      episodes: 20,
      seed: 5,
      model: 'latest',
      deterministic: true,
      mean: null,
    });
    const evaluation = await client.evaluate(job, { episodes: 3 });
    expect(evaluation).toMatchObject({ state: 'succeeded', model: 'best', error: null });
    const first = await client.getEvaluation(job, posted.id);
    expect(first.state).toBe('succeeded');
    expect(first.returns).toHaveLength(20);
    expect(first.lengths).toHaveLength(20);
    expect(first.returns.map((total) => -total)).toEqual(first.lengths);
    expect(first.mean).toBe(first.returns.reduce((sum, total) => sum + total, 0) / 20);
    expect(first.trainingSteps).toBeGreaterThanOrEqual(100);
    const listed = await client.listRequestedEvaluations(job);
    expect(listed.slice(0, 2)).toEqual([evaluation, first]);
    await client.deleteEvaluation(job, posted.id);
    await expect(client.getEvaluation(job, posted.id)).rejects.toMatchObject({
      status: 404,
      code: 'EVALUATION_NOT_FOUND',
    });
  });

  it('draws actions, and the same ones with the same seed', async () => {
    const evaluate = async (seed: number, deterministic: boolean) =>
      (await client.evaluate(job, { episodes: 30, seed, deterministic })).returns;
    const drawn = await evaluate(3, false);
    expect(await evaluate(3, false)).toEqual(drawn);
    // Drawn actions differ from the most probable ones, and from others.
    expect(await evaluate(4, false)).not.toEqual(drawn);
    expect(await evaluate(3, true)).not.toEqual(drawn);
  });

  it.each([
    ['exit', 'ENVIRONMENT_FAILED', 'WatchedCorridor-v0 called process.exit(3)'],
    ['throw', 'ENVIRONMENT_FAILED', 'threw RangeError: the corridor is closed'],
    ['speak', 'ENVIRONMENT_FAILED', 'the environment sent a message to the server'],
    ['fill', 'ENVIRONMENT_OUT_OF_MEMORY', 'WatchedCorridor-v0 took more than 64 MB'],
    ['hang', 'ENVIRONMENT_TIMEOUT', 'did not answer within 2 s (environmentTimeoutSeconds)'],
  ])('says what is wrong with an environment that does this: %s', async (mishap, code, text) => {
    plan(mishap);
    const evaluation = await client.evaluate(job, { episodes: 2 });
    expect(evaluation).toMatchObject({ state: 'failed', error: { code } });
    expect(evaluation.error?.message).toContain(text);
    expect(JSON.stringify(evaluation)).not.toContain(import.meta.dirname);
  });

  it('plays one at a time here, and lets a few wait', async () => {
    plan('hang');
    const hanging = await client.createEvaluation(job);
    const waiting = [await client.createEvaluation(job), await client.createEvaluation(job)];
    await expect(client.createEvaluation(job)).rejects.toMatchObject({
      status: 429,
      code: 'TOO_MANY_EVALUATIONS',
    });
    expect((await client.getEvaluation(job, hanging.id)).state).toBe('running');
    expect((await client.getEvaluation(job, waiting[1]?.id ?? '')).state).toBe('queued');
    for (const { id } of [...waiting, hanging]) await client.deleteEvaluation(job, id);
    delete process.env.A3C_TEST_MISHAP;
    expect(await client.evaluate(job, { episodes: 1 })).toMatchObject({ state: 'succeeded' });
  });

  it('refuses jobs without a model, wrong fields, and ids of other jobs', async () => {
    await expect(client.createEvaluation(job, { episodes: 0 })).rejects.toMatchObject({ status: 400 });
    await expect(client.createEvaluation('job_0')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    const queued = await client.createJob({ environment: 'CartPole-v1', stop: { maxSteps: 1 } });
    await expect(client.createEvaluation(queued.id)).rejects.toMatchObject({ code: 'MODEL_NOT_READY' });
    const { id } = await client.evaluate(job, { episodes: 1 });
    await expect(client.getEvaluation(queued.id, id)).rejects.toMatchObject({ code: 'EVALUATION_NOT_FOUND' });
  });

  it('ends with its job, also while its environment hangs', async () => {
    const { id } = await client.createJob({ ...request, environmentTimeoutSeconds: 1_000 });
    await client.waitFor(id);
    plan('hang');
    await client.createEvaluation(id);
    await vi.waitFor(() => expect(listEvaluations(process.pid)).toHaveLength(1), patience);
    const processes = listEvaluations(process.pid);
    await client.deleteJob(id);
    await expectToEnd(processes);
  });

  it('is played again by the next server, and is gone with its job', async () => {
    const first = await startTestServer({}, 'scripted');
    const id = await postDrawnModel(first, { network: { layers: [] } }, 'MountainCar-v0');
    const before = new A3CClient({ url: first.url });
    const { id: evaluation } = await before.createEvaluation(id, { episodes: 1_000, seed: 2 });
    await vi.waitFor(async () => {
      expect((await before.getEvaluation(id, evaluation)).returns.length).toBeGreaterThan(0);
    }, patience);
    await first.close();
    const second = await startTestServer({ data: first.data });
    const after = new A3CClient({ url: second.url });
    await vi.waitFor(async () => {
      const found = await after.getEvaluation(id, evaluation);
      expect(found.state === 'running' || found.state === 'succeeded').toBe(true);
      expect(found.returns.length).toBeGreaterThan(0);
    }, patience);
    await after.deleteJob(id);
    await expect(after.getEvaluation(id, evaluation)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
