// a3c serve --tensorboard: event files of every job, beside its training.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { readTexts } from '../../fixtures/event-files.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

it('a job has a directory of its own, named after it', async () => {
  const tensorboard = join(createTemporaryDirectory(), 'board');
  const server = await startTestServer({ tensorboard });
  const { id } = await server.postJob('warn');
  await vi.waitFor(async () => {
    expect((await server.readJob(id)).warnings).not.toEqual([]);
  }, patience);
  await server.close();
  expect(readdirSync(tensorboard)).toEqual([`warn-${id}`]);
  expect(readTexts(join(tensorboard, `warn-${id}`), 'settings')).toEqual([
    expect.stringContaining('| environment | "CartPole\\-v1" |'),
  ]);
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
