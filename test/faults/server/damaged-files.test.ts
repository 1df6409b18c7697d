// Damaged files of real jobs: the server and masters report the damage and use the previous version.
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ModelReader } from '../../../src/server/http/models/model-reader.ts';
import { DirectoryArtifactStore } from '../../../src/shared/artifacts/directory-artifact-store.ts';
import { jobEventRecordSchema } from '../../../src/shared/api/job-event.ts';
import { jobSchema, type Job } from '../../../src/shared/job/job.ts';
import { modelNames } from '../../../src/shared/job/model-name.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

/** Each test waits for real training several times. */
const slowMachineMs = 4 * patience.timeout;

const eventPageSchema = z.object({ data: z.array(jobEventRecordSchema) });

/** Trains a real job to its end; several evaluations write as many models. */
async function trainModels(server: TestServer): Promise<Job> {
  const response = await server.post('/jobs', {
    environment: 'CartPole-v1',
    workers: 1,
    seed: 1,
    stop: { maxSteps: 30_000, targetReward: null },
    evaluation: { episodes: 1, everySteps: 5_000 },
  });
  const { id } = jobSchema.parse(await response.json());
  return await server.waitFor(id, 'succeeded');
}

/** Trains a real job that rests with `keep` checkpoints. */
async function trainCheckpoints(server: TestServer, keep: number): Promise<{ job: Job; directory: string }> {
  const response = await server.post('/jobs', {
    environment: 'CartPole-v1',
    workers: 1,
    seed: 1,
    stop: { maxSteps: 1_000_000_000, targetReward: null },
    checkpoint: { everySeconds: 1, keep },
  });
  const { id } = jobSchema.parse(await response.json());
  const directory = join(server.data, 'jobs', id);
  const listCheckpoints = () => readdirSync(directory).filter((name) => /^checkpoint(\.p|$)/.test(name));
  await vi.waitFor(() => {
    expect(listCheckpoints()).toHaveLength(keep);
  }, patience);
  await server.post(`/jobs/${id}/pause`);
  const job = await server.waitFor(id, 'paused');
  expect(listCheckpoints()).toHaveLength(keep);
  return { job, directory };
}

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 4, middle);
  writeFileSync(path, bytes);
}

async function readLog(server: TestServer, id: string): Promise<string[]> {
  const page = eventPageSchema.parse(await (await server.get(`/jobs/${id}/events?limit=1000`)).json());
  return page.data.flatMap((event) => (event.type === 'log' ? [event.data.message] : []));
}

/** Resumes the job and waits until its new master has said something. */
async function resume(server: TestServer, id: string): Promise<string> {
  expect((await server.post(`/jobs/${id}/resume`)).status).toBe(202);
  return await vi.waitFor(async () => {
    const [message] = await readLog(server, id);
    expect(message).toBeDefined();
    return String(message);
  }, patience);
}

describe('a damaged checkpoint', { timeout: slowMachineMs }, () => {
  it('is reported, and the job continues from the previous one', async () => {
    const server = await startTestServer({}, 'real');
    const { job, directory } = await trainCheckpoints(server, 2);
    flipBit(join(directory, 'checkpoint', 'checkpoint.bin'));
    const message = await resume(server, job.id);
    expect(message).toBe(
      'the newest checkpoint is damaged (checkpoint.bin does not match its checksum); the one before is used',
    );
    const resumed = await server.waitFor(job.id, 'running');
    expect(resumed.progress.steps).toBeGreaterThan(0);
    await server.post(`/jobs/${job.id}/cancel`);
  });

  it('is passed over together with others, down to the oldest that is kept', async () => {
    const server = await startTestServer({}, 'real');
    const { job, directory } = await trainCheckpoints(server, 3);
    truncateSync(join(directory, 'checkpoint', 'checkpoint.bin'), 100);
    flipBit(join(directory, 'checkpoint.previous', 'checkpoint.json'));
    const message = await resume(server, job.id);
    expect(message).toMatch(
      /^the 2 newest checkpoints are damaged \(checkpoint\.bin has 100 bytes instead of \d+; checkpoint\.json does not match its checksum\); the one before them is used$/,
    );
    await server.post(`/jobs/${job.id}/cancel`);
  });

  it('makes the job start again if no other is left, and reports that without a directory', async () => {
    const server = await startTestServer({}, 'real');
    const { job, directory } = await trainCheckpoints(server, 2);
    flipBit(join(directory, 'checkpoint', 'checkpoint.bin'));
    flipBit(join(directory, 'checkpoint.previous', 'checkpoint.bin'));
    const message = await resume(server, job.id);
    expect(message).toBe(
      'training starts from the beginning: there is no valid version of checkpoint: checkpoint.bin does not match its checksum',
    );
    await server.post(`/jobs/${job.id}/cancel`);
  });
});

describe('a damaged model', { timeout: slowMachineMs }, () => {
  it('is served in its previous version, and logged once', async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await trainModels(server);
    const directory = join(server.data, 'jobs', id);
    const before = readFileSync(join(directory, 'latest.previous', 'weights.bin'));
    flipBit(join(directory, 'latest', 'weights.bin'));
    const answer = await server.get(`/jobs/${id}/models/latest/weights.bin`);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(before);

    const output = new PassThrough();
    const log = pino({ base: null, timestamp: false }, output);
    const reader = new ModelReader(new DirectoryArtifactStore(() => directory), log);
    for (let read = 0; read < 3; read += 1) {
      for (const model of modelNames) await (await reader.open({ jobId: id, model }, null)).close();
    }
    const lines = String(output.read()).trim().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      {
        level: 40,
        jobId: id,
        model: 'latest',
        damages: ['weights.bin does not match its checksum'],
        msg: 'model is damaged, the previous version is served',
      },
    ]);
  });
});
