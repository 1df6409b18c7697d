// Sees to it that only one master works in a job's directory. A server that was killed leaves masters behind: they end
// by themselves, but one that is suspended, or stuck, could wake later and overwrite what its successor has written.
//
// Each master has a lock on a file of its own, named by the job's attempt and its process: whoever has the lock is that
// process for certain, and of two attempts the later one is right.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors/app-error.ts';
import { createLastDirectory } from '../artifacts/create-last-directory.ts';
import { explainDiskError } from '../artifacts/explain-disk-error.ts';
import { FileLock } from './file-lock.ts';

/** A master cannot have its job's directory for itself. */
export class JobDirectoryUnavailableError extends AppError {
  readonly code = 'JOB_DIRECTORY_UNAVAILABLE';
}

interface Holder {
  readonly path: string;
  readonly attempt: number;
  readonly pid: number;
}

/** A process that was killed is gone in milliseconds, unless the kernel waits for a disk on its behalf. */
const evictionDeadlineMs = 10_000;
const evictionIntervalMs = 5;

/**
 * Takes the directory for this process and ends masters of earlier attempts that are still there. The claim lasts as
 * long as the process. Throws JobDirectoryUnavailableError where a later attempt has been there.
 */
export async function claimJobDirectory(directory: string, attempt: number): Promise<void> {
  try {
    await createLastDirectory(directory);
    const own = { path: locate(directory, attempt, process.pid), attempt, pid: process.pid };
    const lock = FileLock.take(own.path);
    if (!lock) throw new JobDirectoryUnavailableError('another process of the same number works on the job');
    const others = (await listHolders(directory)).filter(({ path }) => path !== own.path);
    if (others.some((other) => other.attempt > attempt)) {
      lock.release();
      throw new JobDirectoryUnavailableError(`attempt ${attempt} of the job is over: there was a later one`);
    }
    await Promise.all(others.map(evict));
  } catch (error) {
    const reason = explainDiskError(error);
    if (reason === null) throw error;
    throw new JobDirectoryUnavailableError(`the job's directory cannot be used: ${reason}`, { cause: error });
  }
}

/** Ends every master that is still at work in the directory. */
export async function evictMasters(directory: string): Promise<void> {
  await Promise.all((await listHolders(directory)).map(evict));
}

function locate(directory: string, attempt: number, pid: number): string {
  return join(directory, `master-${attempt}-${pid}.lock`);
}

async function listHolders(directory: string): Promise<Holder[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => {
    const [, attempt, pid] = /^master-(\d+)-(\d+)\.lock$/.exec(name) ?? [];
    if (attempt === undefined || pid === undefined) return [];
    return [{ path: join(directory, name), attempt: Number(attempt), pid: Number(pid) }];
  });
}

/** Waits until nobody has the lock, killing who has; then the file has served its purpose. */
async function evict({ path, pid }: Holder): Promise<void> {
  const deadlineMs = performance.now() + evictionDeadlineMs;
  for (let lock = FileLock.take(path); ; lock = FileLock.take(path)) {
    if (lock) {
      lock.release();
      await rm(path, { force: true });
      return;
    }
    if (performance.now() > deadlineMs) {
      throw new JobDirectoryUnavailableError(`process ${pid} works on the job and does not end`);
    }
    kill(pid);
    await sleep(evictionIntervalMs);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It may have ended in between; whether it has is for the lock to say.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
