// Damage to the database's write-ahead log while no server runs: SQLite drops the damaged change and all later ones.
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { ServerProcess } from '../../fixtures/faults/server-process.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const training: JobRequest = {
  environment: 'CartPole-v1',
  algorithm: 'a2c',
  workers: 1,
  optimizer: { schedule: 'constant' },
  stop: { maxSteps: null, targetReward: null, maxSeconds: 86_400 },
};
const patience = { timeout: 30_000, interval: 20 };

/** Alters a byte of the first page in the file; the next ones are of no use without it. */
function damage(path: string): void {
  const position = 200;
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, position);
  writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, position);
  closeSync(file);
}

async function waitForState(server: ServerProcess, id: string, state: string): Promise<void> {
  await vi.waitFor(async () => {
    expect((await server.client.getJob(id)).state).toBe(state);
  }, patience);
}

const oneAtATime = ['--max-running-jobs', '1'];

it('leaves finished and deleted jobs as they were, and says that changes were lost', async () => {
  const data = createTemporaryDirectory();
  const first = await ServerProcess.start(data, oneAtATime);
  const { id: deleted } = await first.client.createJob(training);
  const stop = { maxSteps: 2_000, targetReward: null };
  const { id } = await first.client.createJob({ ...training, stop });
  await first.stop();

  const second = await ServerProcess.start(data, oneAtATime);
  await second.client.cancelJob(deleted);
  await waitForState(second, id, 'succeeded');
  await second.client.deleteJob(deleted);
  const finished = await second.client.getJob(id);
  const { id: lost } = await second.client.createJob(training);
  await vi.waitFor(async () => {
    expect((await second.client.getJob(lost)).progress.steps).toBeGreaterThan(0);
  }, patience);
  await second.kill();
  damage(join(data, 'a3c.sqlite-wal'));

  const third = await ServerProcess.start(data, oneAtATime);
  expect(await third.client.getJob(id)).toEqual(finished);
  const known = await third.client.listJobs();
  expect(known.data.map((job) => job.id)).toEqual([id]);
  expect(third.output).toMatch(/"droppedChanges":[1-9]\d*.*newest changes/);
  // Its files are there to be looked at.
  expect(third.output).toContain(`"unknown":["${lost}"]`);
  expect(readdirSync(join(data, 'jobs')).sort()).toEqual([id, lost].sort());
  await third.stop();

  const fourth = await ServerProcess.start(data);
  expect(fourth.output).not.toContain('droppedChanges');
});
