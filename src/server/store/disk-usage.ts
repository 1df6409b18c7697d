// Disk usage of the data directory, job by job. It is measured at intervals, because a walk over many jobs takes
// time.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { JobId } from '../../shared/job/job.ts';
import type { DataDirectory } from './data-directory.ts';

export interface DiskUsageOptions {
  readonly directory: Pick<DataDirectory, 'jobDirectory' | 'listJobs'>;
  /** Returns the size of the database's used pages. */
  readonly measureDatabase: () => number;
  /** Size limit of the data directory; null: no limit. */
  readonly maxBytes: number | null;
  readonly log: Logger;
}

export interface DiskSizes {
  readonly databaseBytes: number;
  /** Size of each job's files: models and checkpoints. */
  readonly jobBytes: ReadonlyMap<JobId, number>;
  readonly usedBytes: number;
}

const minIntervalMs = 2_000;
/** Measuring takes at most one part in so many of the time. */
const restFactor = 50;
const nothing: DiskSizes = { databaseBytes: 0, jobBytes: new Map(), usedBytes: 0 };

export class DiskUsage {
  readonly maxBytes: number | null;
  readonly #options: DiskUsageOptions;
  #sizes = nothing;
  #measuring: Promise<DiskSizes> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: DiskUsageOptions) {
    this.#options = options;
    this.maxBytes = options.maxBytes;
  }

  /** The last measurement. */
  get sizes(): DiskSizes {
    return this.#sizes;
  }

  /** Returns why no more may be stored, or null. */
  findExcess(): string | null {
    if (this.maxBytes === null || this.#sizes.usedBytes <= this.maxBytes) return null;
    const [used, most] = [this.#sizes.usedBytes, this.maxBytes].map(formatMebibytes);
    return `it has ${used}, more than its limit of ${most}; delete jobs that are no longer needed`;
  }

  /** Subtracts the deleted files of a job, without waiting for the next measurement. */
  forget(id: JobId): void {
    const { databaseBytes, jobBytes, usedBytes } = this.#sizes;
    const left = new Map(jobBytes);
    left.delete(id);
    this.#sizes = { databaseBytes, jobBytes: left, usedBytes: usedBytes - (jobBytes.get(id) ?? 0) };
  }

  /** Measures once, and then repeatedly: the longer a measurement takes, the longer the intervals. */
  async start(): Promise<void> {
    const begin = performance.now();
    await this.measure();
    const restMs = Math.max(minIntervalMs, restFactor * (performance.now() - begin));
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.start(), restMs);
    this.#timer.unref();
  }

  /** Measures now. If a directory cannot be read, the last measurement stays. */
  async measure(): Promise<DiskSizes> {
    this.#measuring ??= this.#walk()
      .then((sizes) => {
        this.#sizes = sizes;
      })
      .catch((error: unknown) => {
        this.#options.log.debug({ err: error }, 'disk use could not be measured');
      })
      .then(() => {
        this.#measuring = null;
        return this.#sizes;
      });
    return await this.#measuring;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#measuring;
  }

  async #walk(): Promise<DiskSizes> {
    const { directory, measureDatabase } = this.#options;
    const jobBytes = new Map<JobId, number>();
    // One after the other: hundreds of walks at the same time would delay the checkpoints of running jobs.
    for (const id of await directory.listJobs()) {
      jobBytes.set(id, await sumFiles(directory.jobDirectory(id)));
    }
    const databaseBytes = measureDatabase();
    const usedBytes = [...jobBytes.values()].reduce((sum, bytes) => sum + bytes, databaseBytes);
    return { databaseBytes, jobBytes, usedBytes };
  }
}

async function sumFiles(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }).catch(skipMissing)) {
    if (!entry.isFile()) continue;
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => null);
    bytes += found?.size ?? 0;
  }
  return bytes;
}

/** Files change while they are measured: versions of artifacts come and go. */
function skipMissing(): [] {
  return [];
}

function formatMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
