// Retention of finished jobs.
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { learningCurveSchema } from '../../../src/shared/api/learning-curve.ts';
import { storageReportSchema } from '../../../src/shared/api/storage-report.ts';
import { createJobId } from '../../../src/server/store/job-record.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

async function readSteps(server: TestServer, id: string): Promise<number[]> {
  const response = await server.get(`/jobs/${id}/metrics?maxPoints=10000`);
  return learningCurveSchema.parse(await response.json()).data.map(({ steps }) => steps);
}

const brief = { algorithm: 'a2c', seed: 1, stop: { maxSteps: 100_000, targetReward: null } };

it('keeps complete learning curves by default, and with the setting also thins existing ones', async () => {
  const data = createTemporaryDirectory();
  const generous = await startTestServer({ data }, 'real');
  const { id } = await generous.postJob('whole', brief);
  await generous.waitFor(id, 'succeeded');
  const whole = await readSteps(generous, id);
  expect(whole.length).toBeGreaterThan(6);
  await generous.close();

  const thrifty = await startTestServer({ data, keepMetricPoints: 5 }, 'real');
  const thinned = await readSteps(thrifty, id);
  expect(thinned.length).toBeLessThanOrEqual(5);
  expect(thinned.length).toBeGreaterThan(2);
  expect([thinned[0], thinned.at(-1)]).toEqual([whole[0], whole.at(-1)]);
  expect(whole).toEqual(expect.arrayContaining(thinned));
  const next = await thrifty.postJob('thin', brief);
  await thrifty.waitFor(next.id, 'succeeded');
  await expect.poll(async () => (await readSteps(thrifty, next.id)).length).toBeLessThanOrEqual(5);
});

it('completes interrupted deletions and refused posts, and keeps unknown files', async () => {
  const data = createTemporaryDirectory();
  const first = await startTestServer({ data });
  const kept = await first.postJob('write-model');
  await first.waitFor(kept.id, 'succeeded');
  await first.close();
  const jobs = join(data, 'jobs');
  const [unknown, refused] = [createJobId(), createJobId()];
  mkdirSync(join(jobs, `.deleted-${createJobId()}`, 'best'), { recursive: true });
  mkdirSync(join(jobs, refused, 'start'), { recursive: true });
  mkdirSync(join(jobs, unknown, 'best'), { recursive: true });
  writeFileSync(join(jobs, unknown, 'best', 'weights.bin'), 'from a backup');

  await startTestServer({ data });
  expect(readdirSync(jobs).sort()).toEqual([kept.id, unknown].sort());
});

it('reports the size of the data directory, and the largest jobs', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('write-model');
  await server.waitFor(id, 'succeeded');
  await server.close();
  const again = await startTestServer({ data: server.data });
  const report = storageReportSchema.parse(await (await again.get('/storage')).json());
  expect(report).toMatchObject({ maxBytes: null, problem: null, jobs: [{ id, state: 'succeeded' }] });
  expect(report.databaseBytes).toBeGreaterThan(0);
  expect(report.usedBytes).toBe(report.databaseBytes + (report.jobs[0]?.bytes ?? 0));
  expect(report.freeBytes).toBeGreaterThan(0);
  expect((await again.remove(`/jobs/${id}`)).status).toBe(204);
  expect(storageReportSchema.parse(await (await again.get('/storage')).json()).jobs).toEqual([]);
  expect(existsSync(join(server.data, 'jobs', id))).toBe(false);
});

it('deletes a job whose files are gone already', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('write-model');
  await server.waitFor(id, 'succeeded');
  renameSync(join(server.data, 'jobs', id), join(server.data, 'elsewhere'));
  expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
  expect((await server.get(`/jobs/${id}`)).status).toBe(404);
});
