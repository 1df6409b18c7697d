// Failures of the data directory's disk while jobs train: a real server, real masters, real file systems.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { storageReportSchema, type StorageReport } from '../../../src/shared/api/storage-report.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { calmEnvironments, calmJob } from '../../fixtures/calm-job.ts';
import { createForm, expectNothingLeft, postForm, readProblem, unchanged } from '../../fixtures/job-forms.ts';
import { drawModel } from '../../fixtures/model-files.ts';
import { canMount, mountReadOnly, mountSmallDisk } from '../../fixtures/mounts.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const endless = { ...calmJob, algorithm: 'a2c' };
const environments = [calmEnvironments];

async function expectUnready(server: TestServer, reason: RegExp): Promise<void> {
  await vi.waitFor(
    async () => {
      const response = await server.get('/readyz');
      expect(response.status).toBe(503);
      const problem = problemSchema.parse(await response.json());
      expect(problem.code).toBe('STORAGE_UNAVAILABLE');
      expect(problem.detail).toMatch(reason);
      expect(problem.detail).not.toContain(server.data);
    },
    { timeout: 40_000, interval: 50 },
  );
}

async function waitForSteps(server: TestServer, id: string, steps: number): Promise<void> {
  await vi.waitFor(
    async () => {
      expect((await server.readJob(id)).progress.steps).toBeGreaterThan(steps);
    },
    { timeout: 40_000, interval: 50 },
  );
}

async function waitForCheckpoint(server: TestServer, id: string): Promise<void> {
  await vi.waitFor(
    () => {
      expect(existsSync(join(server.data, 'jobs', id, 'checkpoint'))).toBe(true);
    },
    { timeout: 40_000, interval: 50 },
  );
}

/** Everything works but what needs the disk. */
async function expectAnswers(server: TestServer, id: string): Promise<void> {
  expect((await server.get('/healthz')).status).toBe(200);
  expect((await server.get('/status')).status).toBe(200);
  expect((await server.get(`/jobs/${id}/metrics`)).status).toBe(200);
  const refused = await server.post('/jobs', { environment: 'CartPole-v1' });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(problemSchema.parse(await refused.json()).code).toBe('STORAGE_UNAVAILABLE');
}

describe.skipIf(!canMount)('a full disk', () => {
  it('pauses jobs with the reason, and continues them when there is space again', async () => {
    const disk = mountSmallDisk(32);
    const server = await startTestServer({ environments, data: join(disk, 'data') }, 'real');
    const { id } = await server.postJob('full', endless);
    await waitForCheckpoint(server, id);
    const filler = join(disk, 'filler');
    fillDisk(filler);
    await expectUnready(server, /disk/);
    const paused = await server.waitFor(id, 'paused');
    expect(paused.stateReason).toMatch(/disk/);
    await expectAnswers(server, id);
    rmSync(filler);
    await server.waitFor(id, 'running');
    await waitForSteps(server, id, paused.progress.steps);
    expect((await server.get('/readyz')).status).toBe(200);
    expect((await server.readJob(id)).attempt).toBe(2);
  });

  it.each([
    // Some 36 MB, and 9 MB that come twice: as the archive, and as the job's own copy.
    { what: 'a model', units: 3000 },
    { what: 'a copy of a model', units: 1500 },
  ])('refuses a job with $what that has no room on it, and keeps nothing', async ({ units }) => {
    const layer = { type: 'dense', units, activation: 'relu' } as const;
    const network = { shared: true, layers: [layer, layer] };
    const request = { algorithm: 'reinforce', normalizeObservations: false, network } as const;
    const { files } = drawModel(request, cartPoleV1, 1);
    const form = createForm([
      ['job', JSON.stringify(unchanged)],
      ['model', zipSync(Object.fromEntries(files), { level: 0 })],
    ]);
    const disk = mountSmallDisk(16);
    const server = await startTestServer(
      // A watch that keeps room free would refuse the upload before it begins.
      { data: join(disk, 'data'), minFreeMebibytes: 0 },
      'scripted',
      // The test shares the server's event loop, and sends it a large form.
      { maxEventLoopDelayMs: Infinity },
    );
    const { status, code } = await readProblem(await postForm(server, form));
    expect([status, code]).toEqual([503, 'STORAGE_UNAVAILABLE']);
    await expectNothingLeft(server);
    expect(readdirSync(join(server.data, 'jobs')).filter((name) => name.startsWith('job_'))).toEqual([]);
  });

  it('takes a cancellation and a deletion all the same, which make room', async () => {
    const disk = mountSmallDisk(32);
    const server = await startTestServer({ environments, data: join(disk, 'data') }, 'real');
    const { id } = await server.postJob('full', endless);
    await waitForCheckpoint(server, id);
    fillDisk(join(disk, 'filler'));
    await server.waitFor(id, 'paused');
    expect((await server.post(`/jobs/${id}/cancel`)).status).toBe(202);
    expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
    expect(existsSync(join(server.data, 'jobs', id))).toBe(false);
  });

  it('leaves a job paused if a user has paused it too', async () => {
    const disk = mountSmallDisk(32);
    const server = await startTestServer({ environments, data: join(disk, 'data') }, 'real');
    const { id } = await server.postJob('full', endless);
    await waitForCheckpoint(server, id);
    const filler = join(disk, 'filler');
    fillDisk(filler);
    await server.waitFor(id, 'paused');
    expect((await server.post(`/jobs/${id}/pause`)).status).toBe(202);
    rmSync(filler);
    await vi.waitFor(
      async () => {
        expect((await server.get('/readyz')).status).toBe(200);
      },
      { timeout: 40_000, interval: 50 },
    );
    const other = await server.postJob('other', { ...endless, stop: { maxSteps: 1000, targetReward: null } });
    await server.waitFor(other.id, 'succeeded');
    expect((await server.readJob(id)).state).toBe('paused');
  });
});

describe.skipIf(!canMount)('a data directory made read-only', () => {
  it('pauses jobs, still answers, and continues jobs when it can be written again', async () => {
    const server = await startTestServer({ environments }, 'real');
    const { id } = await server.postJob('read-only', endless);
    await waitForCheckpoint(server, id);
    const release = mountReadOnly(server.data);
    await expectUnready(server, /EROFS/);
    const paused = await server.waitFor(id, 'paused');
    expect(paused.stateReason).toContain('EROFS');
    await expectAnswers(server, id);
    release();
    await server.waitFor(id, 'running');
    await waitForSteps(server, id, paused.progress.steps);
  });
});

describe('a data directory that is removed', () => {
  it('pauses jobs and is never created again half empty', async () => {
    const server = await startTestServer(
      { environments, data: join(createTemporaryDirectory(), 'data') },
      'real',
    );
    const { id } = await server.postJob('removed', endless);
    await waitForCheckpoint(server, id);
    // Away at once: a checkpoint that is just being written fills directories that were empty already.
    renameSync(server.data, `${server.data}.away`);
    rmSync(`${server.data}.away`, { recursive: true });
    await expectUnready(server, /missing/);
    expect((await server.waitFor(id, 'paused')).stateReason).toMatch(/missing/);
    await expectAnswers(server, id);
    expect(existsSync(server.data)).toBe(false);
  });

  it('continues jobs when it is moved back', async () => {
    const server = await startTestServer(
      { environments, data: join(createTemporaryDirectory(), 'data') },
      'real',
    );
    const { id } = await server.postJob('moved', endless);
    await waitForCheckpoint(server, id);
    const identity = statSync(server.data).ino;
    renameSync(server.data, `${server.data}.away`);
    const paused = await server.waitFor(id, 'paused');
    renameSync(`${server.data}.away`, server.data);
    expect(statSync(server.data).ino).toBe(identity);
    await server.waitFor(id, 'running');
    await waitForSteps(server, id, paused.progress.steps);
  });

  it('does not use another directory that replaced it', async () => {
    const server = await startTestServer(
      { environments, data: join(createTemporaryDirectory(), 'data') },
      'real',
    );
    const { id } = await server.postJob('replaced', endless);
    await waitForCheckpoint(server, id);
    renameSync(server.data, `${server.data}.away`);
    mkdirSync(join(server.data, 'jobs'), { recursive: true });
    writeFileSync(join(server.data, 'a3c.sqlite'), 'another database');
    await expectUnready(server, /another directory/);
    await server.waitFor(id, 'paused');
    await expectAnswers(server, id);
  });
});

describe('a size limit of the data directory', () => {
  it('pauses jobs when it is exceeded, and continues them when others are deleted', async () => {
    const data = createTemporaryDirectory();
    const first = await startTestServer({ environments, data }, 'real');
    const old = await first.postJob('old', { ...endless, stop: { maxSteps: 2000, targetReward: null } });
    await first.waitFor(old.id, 'succeeded');
    await first.close();
    const ballast = join(data, 'jobs', old.id, 'best', 'ballast');
    writeFileSync(ballast, new Uint8Array(8 * 2 ** 20));

    const server = await startTestServer({ environments, data, maxDataMebibytes: 6 }, 'real');
    await expectUnready(server, /has 8\.\d MiB, more than its limit of 6\.0 MiB/);
    expect(await readStorage(server)).toMatchObject({
      maxBytes: 6 * 2 ** 20,
      jobs: [{ id: old.id, name: 'old' }],
    });
    expect((await server.remove(`/jobs/${old.id}`)).status).toBe(204);
    const { id } = await vi.waitFor(() => server.postJob('new', endless), { timeout: 40_000, interval: 100 });
    await waitForCheckpoint(server, id);
    writeFileSync(join(data, 'jobs', id, 'ballast'), new Uint8Array(8 * 2 ** 20));
    await server.waitFor(id, 'paused');
    rmSync(join(data, 'jobs', id, 'ballast'));
    await server.waitFor(id, 'running');
  });
});

async function readStorage(server: TestServer): Promise<StorageReport> {
  return storageReportSchema.parse(await (await server.get('/storage')).json());
}

/** Writes until nothing goes in any more. */
function fillDisk(path: string): void {
  const block = new Uint8Array(64 * 1024);
  for (;;) {
    try {
      writeFileSync(path, block, { flag: 'a' });
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
      return;
    }
  }
}
