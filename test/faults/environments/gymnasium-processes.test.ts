// Python processes that crash or hang, and programs that are killed while one works for them. Nothing is left running.
import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { train } from '../../../src/master/train.ts';
import { commandEntry } from '../../fixtures/built-programs.ts';
import { gymnasiumPython, listBridges, openTestPython } from '../../fixtures/gymnasium-python.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const isPossible = gymnasiumPython !== null && process.platform === 'linux';
/** Includes the start of Python on a busy machine. */
const timeoutSeconds = 8;

const request = (id: string) => ({
  environment: `gymnasium:${id}`,
  workers: 1,
  environmentsPerWorker: 2,
  environmentTimeoutSeconds: timeoutSeconds,
  seed: 1,
  stop: { maxSteps: 2_000 },
});

async function expectNoBridge(id: string): Promise<void> {
  await vi.waitFor(() => {
    expect(listBridges(id)).toEqual([]);
  }, patience);
}

describe.skipIf(!isPossible)('a Python process', () => {
  it.each([
    ['crashes', 'Crashing-v0'],
    ['hangs', 'Hanging-v0'],
    ['hangs in a library that lets no thread of it run', 'HangingInC-v0'],
  ])('that %s once has its worker replaced, and the job continues', async (_, id) => {
    const { path: python } = openTestPython();
    const { reason, figures } = await train(request(id), { python });
    expect(reason).toBe('maxSteps');
    expect(figures.workerRestarts).toBe(1);
    await expectNoBridge(id);
  });

  it('that always crashes fails its job', async () => {
    const { path: python } = openTestPython({ repeatsMishaps: true });
    await expect(train(request('Crashing-v0'), { python })).rejects.toThrow(
      expect.objectContaining({
        code: 'ENVIRONMENT_PROCESS_ENDED',
        message:
          'gymnasium:Crashing-v0: its Python process was killed by SIGABRT; what it printed is in the log',
      }),
    );
    await expectNoBridge('Crashing-v0');
  });

  it('that always hangs fails its job', async () => {
    const { path: python } = openTestPython({ repeatsMishaps: true });
    await expect(train(request('Hanging-v0'), { python })).rejects.toThrow(
      expect.objectContaining({ code: 'ENVIRONMENT_TIMEOUT' }),
    );
    await expectNoBridge('Hanging-v0');
  });

  it('ends with a training of a program that goes on, even while it hangs in a library', async () => {
    const id = 'HangingInC-v0';
    const { path: python, hasHappened } = openTestPython();
    const cancellation = new AbortController();
    const training = train(
      { ...request(id), environmentTimeoutSeconds: 1000 },
      { python, signal: cancellation.signal },
    );
    await vi.waitFor(() => {
      expect(hasHappened('hang')).toBe(true);
    }, patience);
    cancellation.abort();
    expect((await training).reason).toBe('cancelled');
    await expectNoBridge(id);
  });

  it('ends with a program that is killed, even while it hangs in a library', async () => {
    const id = 'HangingInC-v0';
    const { path: python, hasHappened } = openTestPython();
    const flags = ['--python', python, '--workers', '1', '--environment-timeout-seconds', '1000'];
    const child = spawn(
      process.execPath,
      [commandEntry, 'train', `gymnasium:${id}`, ...flags, '--output', createTemporaryDirectory()],
      { stdio: 'ignore' },
    );
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await vi.waitFor(() => {
      expect(hasHappened('hang')).toBe(true);
    }, patience);
    expect(listBridges(id)).toHaveLength(1);
    child.kill('SIGKILL');
    await expectNoBridge(id);
  });

  it('ends with a job that is cancelled while it hangs', async () => {
    const id = 'HangingInC-v0';
    const { path: python, hasHappened } = openTestPython();
    const server = await startTestServer({ python }, 'real');
    const { id: jobId } = await server.postJob('hangs', { ...request(id), environmentTimeoutSeconds: 1000 });
    await vi.waitFor(() => {
      expect(hasHappened('hang')).toBe(true);
    }, patience);
    await server.post(`/jobs/${jobId}/cancel`);
    await server.waitFor(jobId, 'cancelled');
    await expectNoBridge(id);
  });
});
