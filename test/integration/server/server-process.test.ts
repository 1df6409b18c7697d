// The server as a process: how it starts, how it stops, and that nothing of it stays behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../src/shared/errors/app-error.ts';
import { jobSchema, type Job } from '../../../src/shared/job/job.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const main = join(import.meta.dirname, '../../../src/server/main.ts');
const listeningSchema = z.object({ url: z.string(), requeuedJobs: z.number() });

/** A server in a process of its own, as `a3c serve` runs it. */
async function spawnServer(data: string) {
  const options = { port: 0, data, portFile: join(data, 'port') };
  const script = `const { serveUntilSignal } = await import(${JSON.stringify(main)});
    await serveUntilSignal(${JSON.stringify(options)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.stdout.setEncoding('utf8');
  const [output] = z.tuple([z.string()]).parse(await once(child.stdout, 'data'));
  child.stdout.resume();
  const { url, requeuedJobs } = listeningSchema.parse(JSON.parse(output.split('\n', 1)[0] ?? ''));
  const read = async (response: Promise<Response>): Promise<Job> =>
    jobSchema.parse(await (await response).json());
  const post = (body: unknown): Promise<Job> =>
    read(
      fetch(`${url}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  const readJob = (id: string): Promise<Job> => read(fetch(`${url}/jobs/${id}`));
  return { child, url, requeuedJobs, portFile: options.portFile, post, readJob };
}

/** Trains until it is stopped. */
const endlessJob = {
  environment: 'CartPole-v1',
  workers: 1,
  stop: { maxSteps: null, targetReward: null, maxSeconds: 600 },
  optimizer: { schedule: 'constant' },
};

function listChildren({ pid }: ChildProcess): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list
    .split(' ')
    .filter((part) => part !== '')
    .map(Number);
}

function isRunning(pid: number): boolean {
  // A process that ended and waits to be collected is a zombie.
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !readFileSync(path, 'utf8').includes(') Z ');
}

const waitForSteps = (readJob: (id: string) => Promise<Job>, id: string): Promise<void> =>
  vi.waitFor(
    async () => {
      expect((await readJob(id)).progress.steps).toBeGreaterThan(0);
    },
    { timeout: 10_000, interval: 50 },
  );

describe.skipIf(process.platform !== 'linux')('a server process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'leaves nothing behind after %s, and goes on with its jobs',
    async (signal) => {
      const data = createTemporaryDirectory();
      const first = await spawnServer(data);
      expect(readFileSync(first.portFile, 'utf8')).toBe(`${new URL(first.url).port}\n`);
      const { id } = await first.post(endlessJob);
      await waitForSteps(first.readJob, id);
      const children = listChildren(first.child);
      expect(children.length).toBeGreaterThan(0);
      first.child.kill(signal);
      expect(await once(first.child, 'exit')).toEqual([0, null]);
      expect(children.filter(isRunning)).toEqual([]);
      expect(existsSync(first.portFile)).toBe(false);

      const second = await spawnServer(data);
      await waitForSteps(second.readJob, id);
      expect(await second.readJob(id)).toMatchObject({ state: 'running', attempt: 2 });
      second.child.kill(signal);
      expect(await once(second.child, 'exit')).toEqual([0, null]);
    },
  );

  it('that was killed takes its masters with it, and its successor goes on', async () => {
    const data = createTemporaryDirectory();
    const first = await spawnServer(data);
    const { id } = await first.post(endlessJob);
    await waitForSteps(first.readJob, id);
    const children = listChildren(first.child);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await vi.waitFor(
      () => {
        expect(children.filter(isRunning)).toEqual([]);
      },
      { timeout: 3_000, interval: 20 },
    );

    const second = await spawnServer(data);
    expect(second.requeuedJobs).toBe(1);
    await waitForSteps(second.readJob, id);
    second.child.kill('SIGTERM');
    await once(second.child, 'exit');
  });
});

const startError = (settings: Parameters<typeof startTestServer>[0]): Promise<unknown> =>
  startTestServer(settings).then(
    () => null,
    (error: unknown) => error,
  );

describe('a server that cannot start', () => {
  it('says so in one line when the port is taken, and gives the data directory back', async () => {
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

  it('says so when the data directory is in use', async () => {
    const { data } = await startTestServer();
    expect(await startError({ data })).toMatchObject({ code: 'DATA_DIRECTORY_IN_USE' });
  });

  it('says so when the data directory or the port file cannot be written', async () => {
    expect(await startError({ data: '/proc/a3c-data' })).toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
    expect(await startError({ portFile: '/proc/a3c-port' })).toMatchObject({ code: 'PORT_FILE_UNWRITABLE' });
  });
});
