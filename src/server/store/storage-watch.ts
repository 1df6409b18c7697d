// Watches over the disk under a data directory: tries it every few seconds and whenever something could not be written,
// and tells when it stops taking data and when it takes some again.
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import type { DataDirectory } from './data-directory.ts';
import { SpaceReserve } from './space-reserve.ts';

export interface StorageWatchOptions {
  readonly directory: Pick<DataDirectory, 'path' | 'databasePath' | 'databaseIdentity'>;
  /** Writes to the database for no other reason than to see whether that is possible. */
  readonly probeDatabase: () => void;
  /** Room that is to be left on the disk, at most; of small disks less. */
  readonly minFreeBytes: number;
  /** Why the data directory may not grow any further, or null. */
  readonly findExcess?: () => string | null;
  readonly log: Logger;
  readonly intervalMs?: number;
}

/** Called with the reason when the storage fails, and with null when it works again. */
export type StorageListener = (problem: string | null) => void;

const defaultIntervalMs = 2_000;
/** Of a small disk no more than this share is kept free. */
const largestFreeShare = 0.05;
const largestReserveBytes = 2 * 1024 * 1024;
const largestReserveShare = 1 / 64;
/** A disk that was too full has to have so many times the least room before it counts as well. */
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

  /** Why nothing can be stored at the moment, in words for clients; null while all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  subscribe(listener: StorageListener): void {
    this.#listeners.add(listener);
  }

  /** Checks once, and from then on every few seconds. */
  async start(): Promise<void> {
    await this.check();
    if (this.#isClosed) return;
    const { intervalMs = defaultIntervalMs } = this.#options;
    this.#timer = setInterval(() => void this.check(), intervalMs);
    this.#timer.unref();
  }

  /** Something could not be written: looks more closely than usual. Resolves with what `problem` is then. */
  async recheck(): Promise<string | null> {
    this.#hasWriteFailed = true;
    return await this.check();
  }

  /** Looks now; resolves with what `problem` is then. */
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
    if (problem === null) log.info('the data directory takes data again');
    else {
      log.error({ problem }, 'the data directory takes no data');
      // What is to be recorded now needs the room that was kept for it.
      await this.#reserve?.release().catch(this.#ignoreFailure);
    }
    for (const listener of this.#listeners) listener(problem);
  }

  async #findProblem(): Promise<string | null> {
    const { directory, probeDatabase } = this.#options;
    try {
      const found = await stat(directory.databasePath);
      if (found.ino !== directory.databaseIdentity)
        return 'another directory stands in its place; restart the server to use that one';
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
      return explainDiskError(error) ?? 'it failed; the log says how';
    }
  }

  async #findShortage(): Promise<string | null> {
    const { directory, minFreeBytes } = this.#options;
    const { bavail, blocks, bsize } = await statfs(directory.path);
    const total = blocks * bsize;
    // Some file systems, of networks mostly, do not say how large they are.
    if (total === 0) return null;
    this.#reserve ??= new SpaceReserve(
      directory.path,
      Math.min(largestReserveBytes, total * largestReserveShare),
    );
    const least = Math.min(minFreeBytes, total * largestFreeShare);
    const wanted = this.#problem === null ? least : least * recoveryFactor;
    const free = bavail * bsize;
    if (free >= wanted) return null;
    return `the disk has ${formatMebibytes(free)} left, less than the ${formatMebibytes(wanted)} kept free`;
  }

  /** Does with a small file what is done with models and checkpoints. */
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
