// a3c serve --tensorboard: event files of every job, beside its training.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { learningCurveSchema } from '../../../src/shared/api/learning-curve.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { readCurves, readTexts } from '../../fixtures/event-files.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

it('a job has a directory, and a curve that is not doubled when it continues', async () => {
  const tensorboard = join(createTemporaryDirectory(), 'board');
  const server = await startTestServer({ tensorboard }, 'real');
  const job = { environment: 'Identity-v0', seed: 1, stop: { targetReward: null, maxSteps: 3000 } };
  const { id } = await server.postJob('../a job', { ...job, evaluation: { everySteps: 1000, episodes: 1 } });
  await server.waitFor(id, 'succeeded');
  expect((await server.post(`/jobs/${id}/resume`, { stop: { maxSteps: 6000 } })).status).toBe(202);
  await server.waitFor(id, 'succeeded');
  const rows: unknown = await (await server.get(`/jobs/${id}/metrics`)).json();
  await server.close();
  expect(readdirSync(tensorboard)).toEqual([`a-job-${id}`]);
  const run = join(tensorboard, `a-job-${id}`);
  expect(readdirSync(run)).toHaveLength(2);
  const curves = readCurves(run);
  const points = curves.get('reward/movingAverage') ?? [];
  expect(points.length).toBeGreaterThan(2);
  expect(points.map(({ step }) => step)).toEqual(
    [...new Set(points.map(({ step }) => step))].sort((a, b) => a - b),
  );
  const { data } = learningCurveSchema.parse(rows);
  expect(data.at(-1)?.steps).toBe(points.at(-1)?.step);
  expect(curves.get('evaluation/mean')?.length).toBeGreaterThan(2);
  expect(readTexts(run, 'settings').at(-1)).toContain('| stop\\.maxSteps | 6000 |');
});

it('a directory that cannot be written does not fail a job, but warns of it', async () => {
  const tensorboard = join(createTemporaryDirectory(), 'board');
  const server = await startTestServer({ tensorboard });
  rmSync(tensorboard, { recursive: true });
  const { id } = await server.postJob('warn');
  await vi.waitFor(async () => {
    const { warnings } = await server.readJob(id);
    expect(warnings.map(({ code }) => code)).toContain('CURVE_NOT_WRITTEN');
  }, patience);
  const { warnings } = await server.readJob(id);
  expect(warnings.at(-1)?.message).toMatch(
    /^the files of the learning curve cannot be written: the directory is missing \(ENOENT\); training goes on/,
  );
  expect((await server.readJob(id)).state).toBe('running');
});

it('a server does not start with a directory that it cannot write', async () => {
  const path = join(createTemporaryDirectory(), 'file');
  writeFileSync(path, '');
  await expect(startTestServer({ tensorboard: path })).rejects.toMatchObject({
    code: 'CURVE_FILE_UNUSABLE',
  });
});
