// The server as a process: it starts, stops, and leaves nothing behind.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { startServer } from '../../../src/server/main.ts';
import { Store } from '../../../src/server/store/store.ts';
import { AppError } from '../../../src/shared/errors/app-error.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { calmFlags, calmJob } from '../../fixtures/calm-job.ts';
import { expectToEnd, isRunning } from '../../fixtures/faults/process-tree.ts';
import { ServerProcess } from '../../fixtures/faults/server-process.ts';
import { scriptedMaster, startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory, insertJob } from '../../fixtures/temporary-store.ts';

const waitForSteps = ({ client }: ServerProcess, id: string): Promise<void> =>
  vi.waitFor(
    async () => {
      expect((await client.getJob(id)).progress.steps).toBeGreaterThan(0);
    },
    { timeout: 40_000, interval: 50 },
  );

describe.skipIf(process.platform !== 'linux')('a server process', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'leaves nothing behind after %s, and goes on with its jobs',
    async (signal) => {
      const data = createTemporaryDirectory();
      const first = await ServerProcess.start(data, calmFlags);
      const { id } = await first.client.createJob(calmJob);
      await waitForSteps(first, id);
      const masters = first.listMasters();
      expect(masters.length).toBeGreaterThan(0);
      expect(await first.stop(signal)).toEqual({ code: 0, signal: null });
      expect(masters.filter(isRunning)).toEqual([]);
      expect(existsSync(first.portFile)).toBe(false);

      const second = await ServerProcess.start(data, calmFlags);
      await waitForSteps(second, id);
      expect(await second.client.getJob(id)).toMatchObject({ state: 'running', attempt: 2 });
      expect(await second.stop(signal)).toEqual({ code: 0, signal: null });
    },
  );

  it('logs the port that it was given where any was wanted', async () => {
    const server = await ServerProcess.start(createTemporaryDirectory(), calmFlags);
    const line = server.output.split('\n').find((text) => text.includes('server listens'));
    const listening: unknown = JSON.parse(line ?? '');
    const port = Number(readFileSync(server.portFile, 'utf8'));
    expect(listening).toMatchObject({ port, url: `http://127.0.0.1:${port}` });
    await server.stop();
  });

  it('is not cut short by further signals while it stops', async () => {
    const server = await ServerProcess.start(createTemporaryDirectory(), calmFlags);
    const { id } = await server.client.createJob(calmJob);
    await waitForSteps(server, id);
    const masters = server.listMasters();
    // It waits for them, and so is not done before the signals have come.
    for (const pid of masters) process.kill(pid, 'SIGSTOP');
    server.signal('SIGTERM');
    await vi.waitFor(() => expect(server.output).toContain('server stops'), { timeout: 40_000, interval: 5 });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) server.signal(signal);
    for (const pid of masters) process.kill(pid, 'SIGCONT');
    expect(await server.waitForExit()).toEqual({ code: 0, signal: null });
    expect(masters.filter(isRunning)).toEqual([]);
  });

  it('that was killed takes its masters with it, and its successor continues the jobs', async () => {
    const data = createTemporaryDirectory();
    const first = await ServerProcess.start(data, calmFlags);
    const { id } = await first.client.createJob(calmJob);
    await waitForSteps(first, id);
    const masters = first.listMasters();
    await first.kill();
    await expectToEnd(masters, 3_000);

    const second = await ServerProcess.start(data, calmFlags);
    expect(second.requeuedJobs).toBe(1);
    await waitForSteps(second, id);
    await second.stop();
  });
});

it('begins no job when it is to stop before it has started', async () => {
  const data = createTemporaryDirectory();
  const store = Store.open(data);
  const id = insertJob(store);
  store.close();
  const settings = { port: 0, logLevel: 'silent', spareMaster: false, data } as const;
  const server = await startServer(settings, { masterEntry: scriptedMaster }, AbortSignal.abort());
  onTestFinished(() => server.close());
  const job = jobSchema.parse(await (await fetch(`${server.url}/jobs/${id}`)).json());
  expect(job).toMatchObject({ state: 'queued', attempt: 0 });
});

const startError = (settings: Parameters<typeof startTestServer>[0]): Promise<unknown> =>
  startTestServer(settings).then(
    () => null,
    (error: unknown) => error,
  );

describe('a server that cannot start', () => {
  it('reports in one line that the port is in use, and unlocks the data directory', async () => {
    const occupier = createServer().listen(0, '127.0.0.1');
    await once(occupier, 'listening');
    const { port } = z.object({ port: z.int() }).parse(occupier.address());
    const data = createTemporaryDirectory();
    const error = await startError({ port, data });
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
    expect(String(error)).not.toContain('\n');
    occupier.close();
    await startTestServer({ data });
  });

  it('reports that the data directory is in use', async () => {
    const { data } = await startTestServer();
    expect(await startError({ data })).toMatchObject({ code: 'DATA_DIRECTORY_IN_USE' });
  });

  it('reports that the data directory or the port file cannot be written', async () => {
    expect(await startError({ data: '/proc/a3c-data' })).toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
    expect(await startError({ portFile: '/proc/a3c-port' })).toMatchObject({ code: 'PORT_FILE_UNWRITABLE' });
  });
});
