// A data directory of version 0.1.0, from before jobs had batches, ppo or records of algorithms.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { loadModel } from '../../../src/cli/models/load-model.ts';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import type { Job } from '../../../src/shared/job/job.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const earlier = join(import.meta.dirname, '../../fixtures/earlier-data');
const paused = ['paused with an LSTM', 'paused ddpg', 'paused with gSDE'];
const registry = new EnvironmentRegistry(builtInEnvironments);

/** A server on a copy of that directory, which has a job that goes on at once. */
async function startOnEarlierData() {
  const data = join(createTemporaryDirectory(), 'data');
  cpSync(earlier, data, { recursive: true });
  const server = await startTestServer({ data, maxRunningJobs: 2 }, 'real');
  const client = new A3CClient({ url: server.url });
  const jobs = new Map((await client.listJobs()).data.map((job) => [job.name, job]));
  return { server, client, data, jobs };
}

function find(jobs: ReadonlyMap<string | null, Job>, name: string): Job {
  const job = jobs.get(name);
  if (!job) throw new Error(`there is no job ${name}`);
  return job;
}

/** Gives a job some more steps than it has, and waits for its end. */
async function finish(client: A3CClient, { id, progress }: Job): Promise<Job> {
  await client.resumeJob(id, { stop: { maxSteps: progress.steps + 2000 } });
  return await vi.waitFor(
    async () => {
      const job = await client.getJob(id);
      expect(job.state, JSON.stringify(job.error)).toBe('succeeded');
      return job;
    },
    { timeout: 40_000, interval: 50 },
  );
}

it('lists its jobs with their specs, curves and events', async () => {
  const { server, client, jobs } = await startOnEarlierData();
  expect([...jobs.keys()].sort()).toEqual([...paused, 'finished', 'left running'].sort());
  expect(find(jobs, 'finished')).toMatchObject({
    state: 'succeeded',
    attempt: 1,
    spec: { algorithm: 'a3c', seed: 3, stop: { maxSteps: 3000 }, ppo: null, ddpg: null },
  });
  expect(find(jobs, 'finished').progress.steps).toBeGreaterThanOrEqual(3000);
  expect(find(jobs, 'paused ddpg').spec).toMatchObject({ algorithm: 'ddpg', ddpg: { replaySize: 300 } });
  for (const { id } of jobs.values()) {
    expect((await client.getMetrics(id)).length).toBeGreaterThan(0);
    expect((await server.get(`/jobs/${id}/plot.svg`)).status).toBe(200);
    expect((await server.get(`/jobs/${id}/events`)).status).toBe(200);
  }
});

it('serves its models, which load as they did', async () => {
  const { server, data, jobs } = await startOnEarlierData();
  for (const { id, spec } of jobs.values()) {
    const response = await server.get(`/jobs/${id}/models/best/weights.bin`);
    expect(response.status).toBe(200);
    const { card, parameters, damages } = await loadModel(join(data, 'jobs', id, 'best'), registry);
    expect(damages).toEqual([]);
    expect(card.spec).toMatchObject({ environment: spec.environment, network: spec.network });
    expect(parameters.every(Number.isFinite)).toBe(true);
    expect(parameters.some((parameter) => parameter !== 0)).toBe(true);
  }
});

it.each(paused)('continues a job from its checkpoint: %s', async (name) => {
  const { client, jobs } = await startOnEarlierData();
  // It would keep the others waiting.
  await client.cancelJob(find(jobs, 'left running').id);
  const before = find(jobs, name);
  const [firstPoint] = await client.getMetrics(before.id);
  const after = await finish(client, before);
  expect(after.attempt).toBe(before.attempt + 1);
  expect(after.progress.steps).toBeGreaterThanOrEqual(before.progress.steps + 2000);
  // A job that begins anew measures its curve again.
  expect(firstPoint).toBeDefined();
  expect((await client.getMetrics(before.id))[0]).toEqual(firstPoint);
});

it('continues the job that was running', async () => {
  const { client, jobs } = await startOnEarlierData();
  const { id } = find(jobs, 'left running');
  const { progress } = find(jobs, 'left running');
  await vi.waitFor(
    async () => {
      const job = await client.getJob(id);
      expect(job).toMatchObject({ state: 'running', attempt: 2 });
      expect(job.progress.steps).toBeGreaterThan(progress.steps);
    },
    { timeout: 40_000, interval: 50 },
  );
  await client.cancelJob(id);
});
