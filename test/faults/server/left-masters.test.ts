// Masters and their server: they end when the server is gone, wait while it is suspended, and never work for two.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { calmFlags, calmJob } from '../../fixtures/calm-job.ts';
import {
  expectToEnd,
  isRunning,
  killProcess,
  listChildren,
  readProgram,
} from '../../fixtures/faults/process-tree.ts';
import { JobWitness } from '../../fixtures/faults/job-witness.ts';
import { ServerProcess } from '../../fixtures/faults/server-process.ts';
import { checkDatabase } from '../../fixtures/faults/stored-truth.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const environments = join(import.meta.dirname, '../../fixtures/environments');
const patience = { timeout: 40_000, interval: 20 };

async function waitForCheckpoint(server: ServerProcess, witness: JobWitness): Promise<number> {
  const known = witness.job?.checkpoint?.steps ?? 0;
  return await vi.waitFor(async () => {
    const steps = (await witness.look(server.url)).checkpoint?.steps ?? 0;
    expect(steps).toBeGreaterThan(known);
    return steps;
  }, patience);
}

/** Waits until the master has written one more checkpoint, which the server need not know. */
async function waitForReplacement({ data }: ServerProcess, jobId: string): Promise<void> {
  const identify = (): number | undefined =>
    statSync(join(data, 'jobs', jobId, 'checkpoint'), { throwIfNoEntry: false })?.ino;
  const known = identify();
  await vi.waitFor(() => {
    const found = identify();
    expect(found).toBeDefined();
    expect(found).not.toBe(known);
  }, patience);
}

describe.skipIf(process.platform !== 'linux')('a master', () => {
  it('that is suspended when its server is killed never wakes beside its successor', async () => {
    const data = createTemporaryDirectory();
    const first = await ServerProcess.start(data, [...calmFlags, '--max-running-jobs', '1']);
    const witness = new JobWitness((await first.client.createJob(calmJob)).id);
    await waitForCheckpoint(first, witness);
    const masters = first.listMasters();
    // Suspended, they would outlast a test that fails.
    onTestFinished(() => {
      for (const pid of masters) killProcess(pid);
    });
    for (const pid of masters) process.kill(pid, 'SIGSTOP');
    await first.kill();
    const second = await ServerProcess.start(data, [...calmFlags, '--max-running-jobs', '1']);
    await waitForCheckpoint(second, witness);
    // Suspended processes do not notice that their server is gone: the one with the job must have been ended.
    const left = masters.filter(isRunning);
    for (const pid of left) process.kill(pid, 'SIGCONT');
    await expectToEnd(masters);
    expect(left.length).toBeLessThan(masters.length);
    expect(witness.job?.attempt).toBe(2);
    await waitForCheckpoint(second, witness);
    expect(await second.stop()).toEqual({ code: 0, signal: null });
    checkDatabase(data);
  });

  it('outlasts a server that is suspended, which then catches up', async () => {
    const server = await ServerProcess.start(createTemporaryDirectory(), calmFlags);
    const witness = new JobWitness((await server.client.createJob(calmJob)).id);
    const reached = await waitForCheckpoint(server, witness);
    const masters = server.listMasters();
    server.signal('SIGSTOP');
    for (let count = 0; count < 3; count += 1) await waitForReplacement(server, witness.id);
    expect(masters.filter(isRunning)).toEqual(masters);
    server.signal('SIGCONT');
    expect(await waitForCheckpoint(server, witness)).toBeGreaterThan(reached);
    expect(witness.job).toMatchObject({ state: 'running', attempt: 1 });
    expect(await witness.checkCurve(server.url)).toBeGreaterThan(0);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'whose threads nothing can interrupt ends all the same when its server gets %s',
    async (signal) => {
      const server = await ServerProcess.start(createTemporaryDirectory(), ['--environments', environments]);
      const { id } = await server.client.createJob({ environment: 'SleepsInKernel-v0', workers: 1 });
      await vi.waitFor(async () => expect((await server.client.getJob(id)).state).toBe('running'), patience);
      const masters = server.listMasters();
      await vi.waitFor(() => {
        expect(masters.flatMap(listChildren).map(readProgram)).toContain('sleep');
      }, patience);
      const exit = await server.stop(signal);
      if (signal === 'SIGTERM') expect(exit).toEqual({ code: 0, signal: null });
      await expectToEnd(masters, 5_000);
    },
  );
});

describe('a second server on the same data directory', () => {
  it('is refused in one line, and the first continues', async () => {
    const data = createTemporaryDirectory();
    const first = await ServerProcess.start(data, calmFlags);
    const witness = new JobWitness((await first.client.createJob(calmJob)).id);
    const second = ServerProcess.spawn(data);
    expect(await second.waitForExit()).toEqual({ code: 1, signal: null });
    expect(second.output).toBe(`error: the data directory ${data} is in use by another server\n`);
    await waitForCheckpoint(first, witness);
    expect(witness.job?.attempt).toBe(1);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
  });
});
