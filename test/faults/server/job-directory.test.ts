// Two masters in one directory: the later attempt works alone, in whatever state the earlier one is.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DataDirectory } from '../../../src/server/store/data-directory.ts';
import { createJobId } from '../../../src/server/store/job-record.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const entry = join(import.meta.dirname, '../../fixtures/faults/claiming-process.ts');

/** A process that tries to claim the directory, and what it says of that. */
async function claim(directory: string, attempt: number): Promise<{ child: ChildProcess; answer: unknown }> {
  const child = fork(entry, [directory, String(attempt)]);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const answer = await new Promise<unknown>((resolve) => child.once('message', resolve));
  return { child, answer };
}

it('belongs to the later of two attempts, though the earlier is suspended', async () => {
  const directory = createTemporaryDirectory();
  const first = await claim(directory, 1);
  first.child.kill('SIGSTOP');
  const ended = once(first.child, 'exit');
  expect((await claim(directory, 2)).answer).toBe('claimed');
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('is refused to an attempt that comes late, and the later one stays', async () => {
  const directory = createTemporaryDirectory();
  const second = await claim(directory, 2);
  expect((await claim(directory, 1)).answer).toMatch(/attempt 1 of the job is over/);
  expect(second.child.exitCode ?? second.child.signalCode).toBeNull();
});

it('is not taken from an attempt that is over, whose successors are gone as well', async () => {
  const directory = createTemporaryDirectory();
  const second = await claim(directory, 2);
  second.child.kill('SIGKILL');
  await once(second.child, 'exit');
  expect((await claim(directory, 1)).answer).toMatch(/attempt 1 of the job is over/);
  expect((await claim(directory, 3)).answer).toBe('claimed');
});

it('is removed only when no process is left that could create it again', async () => {
  const data = DataDirectory.open(createTemporaryDirectory());
  onTestFinished(() => {
    data.close();
  });
  const id = createJobId();
  const { child } = await claim(data.jobDirectory(id), 1);
  const ended = once(child, 'exit');
  await data.removeJob(id);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(existsSync(data.jobDirectory(id))).toBe(false);
});
