// Watch over the disk of the data directory. It tests the disk every few seconds and after each failed write, and
// reports when the disk stops working and when it works again.
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import type { DataDirectory } from './data-directory.ts';
import { SpaceReserve } from './space-reserve.ts';

export interface StorageWatchOptions {
  readonly directory: Pick<DataDirectory, 'path' | 'databasePath' | 'databaseIdentity'>;
  /** Writes to the database only to test whether it works. */
  readonly probeDatabase: () => void;
  /** Free space to keep on the disk; small disks keep less. */
  readonly minFreeBytes: number;
  /** Returns why the data directory may not grow further, or null. */
  readonly findExcess?: () => string | null;
  readonly log: Logger;
  readonly intervalMs?: number;
}

/** Called with the reason when the storage fails, and with null when it works again. */
export type StorageListener = (problem: string | null) => void;

const defaultIntervalMs = 2_000;
/** On a small disk, at most this share is kept free. */
const largestFreeShare = 0.05;
const largestReserveBytes = 2 * 1024 * 1024;
const largestReserveShare = 1 / 64;
/** After a disk was full, it needs so many times the free space to count as working again. */
const recoveryFactor = 1.5;

export class StorageWatch {
  readonly #options: StorageWatchOptions;
  readonly #listeners = new Set<StorageListener>();
  #problem: string | null = null;
  #reserve: SpaceReserve | null = null;
  #checking: Promise<string | null> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hasWriteFailed = false;
  #isClosed = false;

  constructor(options: StorageWatchOptions) {
    this.#options = options;
  }

  /** Why nothing can be stored at the moment, in words for clients; null: no problem. */
  get problem(): string | null {
    return this.#problem;
  }

  subscribe(listener: StorageListener): void {
    this.#listeners.add(listener);
  }

  /** Checks once, and then every few seconds. */
  async start(): Promise<void> {
    await this.check();
    if (this.#isClosed) return;
    const { intervalMs = defaultIntervalMs } = this.#options;
    this.#timer = setInterval(() => void this.check(), intervalMs);
    this.#timer.unref();
  }

  /** Checks more thoroughly than usual, after a failed write. Resolves with the new `problem`. */
  async recheck(): Promise<string | null> {
    // A check that is under way may have looked before the write failed.
    await this.#checking;
    this.#hasWriteFailed = true;
    return await this.check();
  }

  /** Checks now. Resolves with the new `problem`. */
  async check(): Promise<string | null> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = null;
    });
    return await this.#checking;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#checking;
  }

  async #look(): Promise<string | null> {
    const problem = await this.#findProblem();
    if (this.#isClosed) return this.#problem;
    const hasTurned = (problem === null) !== (this.#problem === null);
    this.#problem = problem;
    if (hasTurned) await this.#announce(problem);
    return problem;
  }

  async #announce(problem: string | null): Promise<void> {
    const { log } = this.#options;
    if (problem === null) log.info('the data directory can be written again');
    else {
      log.error({ problem }, 'the data directory cannot be written');
      // The next records need the space of the reserve.
      await this.#reserve?.release().catch(this.#ignoreFailure);
    }
    for (const listener of this.#listeners) listener(problem);
  }

  async #findProblem(): Promise<string | null> {
    const { directory, probeDatabase } = this.#options;
    try {
      const found = await stat(directory.databasePath);
      if (found.ino !== directory.databaseIdentity)
        return 'another directory has replaced it; restart the server to use the new one';
      const shortage = await this.#findShortage();
      if (shortage !== null) return shortage;
      const excess = this.#options.findExcess?.() ?? null;
      if (excess !== null) return excess;
      await this.#probe();
      if (this.#hasWriteFailed || this.#problem !== null) probeDatabase();
      this.#hasWriteFailed = false;
      await this.#reserve?.fill();
      return null;
    } catch (error) {
      if (this.#problem === null) this.#options.log.warn({ err: error }, 'the data directory failed a check');
      return explainDiskError(error) ?? 'it failed; see the log of the server';
    }
  }

  async #findShortage(): Promise<string | null> {
    const { directory, minFreeBytes } = this.#options;
    const { bavail, blocks, bsize } = await statfs(directory.path);
    const total = blocks * bsize;
    // Some file systems, mostly network file systems, do not report their size.
    if (total === 0) return null;
    this.#reserve ??= new SpaceReserve(
      directory.path,
      Math.min(largestReserveBytes, total * largestReserveShare),
    );
    const least = Math.min(minFreeBytes, total * largestFreeShare);
    const wanted = this.#problem === null ? least : least * recoveryFactor;
    const free = bavail * bsize;
    if (free >= wanted) return null;
    return `the disk has ${formatMebibytes(free)} of free space, less than the required ${formatMebibytes(wanted)}`;
  }

  /** Does the same with a small file as with models and checkpoints. */
  async #probe(): Promise<void> {
    const path = join(this.#options.directory.path, 'jobs', '.probe');
    await writeFile(path, 'a file that can be written\n');
    await rm(path);
  }

  readonly #ignoreFailure = (error: unknown): void => {
    this.#options.log.debug({ err: error }, 'the reserve could not be released');
  };
}

function formatMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
