// Lock of a job's directory: one master at a time. A server that was killed leaves masters behind. They end by
// themselves, but a suspended or stuck master could wake later and overwrite what its successor has written.
//
// Each master locks its own file, named by the job's attempt and the master's process id. The owner of the lock is
// therefore certainly that process, and of two attempts the later one wins.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors/app-error.ts';
import { createLastDirectory } from '../artifacts/create-last-directory.ts';
import { explainDiskError } from '../artifacts/explain-disk-error.ts';
import { FileLock } from './file-lock.ts';

/** A master cannot lock its job's directory. */
export class JobDirectoryUnavailableError extends AppError {
  readonly code = 'JOB_DIRECTORY_UNAVAILABLE';
}

interface Holder {
  readonly path: string;
  readonly attempt: number;
  readonly pid: number;
}

/** A killed process is gone in milliseconds, unless the kernel waits for a disk on its behalf. */
const evictionDeadlineMs = 10_000;
const evictionIntervalMs = 5;

/**
 * Locks the directory for this process and ends masters of earlier attempts. The lock lasts as long as the process.
 * Throws JobDirectoryUnavailableError if a later attempt has used the directory.
 */
export async function claimJobDirectory(directory: string, attempt: number): Promise<void> {
  try {
    await createLastDirectory(directory);
    const own = { path: locate(directory, attempt, process.pid), attempt, pid: process.pid };
    const lock = FileLock.take(own.path);
    if (!lock) throw new JobDirectoryUnavailableError('another process with the same id works on the job');
    const others = (await listHolders(directory)).filter(({ path }) => path !== own.path);
    if (others.some((other) => other.attempt > attempt)) {
      lock.release();
      throw new JobDirectoryUnavailableError(
        `attempt ${attempt} of the job is over: a later attempt has started`,
      );
    }
    await Promise.all(others.map(evict));
  } catch (error) {
    const reason = explainDiskError(error);
    if (reason === null) throw error;
    throw new JobDirectoryUnavailableError(`the job's directory cannot be used: ${reason}`, { cause: error });
  }
}

/** Ends every master that still works in the directory. */
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

/** Kills the owner of the lock and waits until the lock is free. Then removes the file. */
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
    // The process may have ended in between; only the lock can tell.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
