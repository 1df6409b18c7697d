// Data directory of a server: everything that outlives the process is in it, and only one server may use it.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ArtifactName } from '../../shared/artifacts/artifact-store.ts';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { evictMasters } from '../../shared/job-directory/claim-job-directory.ts';
import { FileLock } from '../../shared/job-directory/file-lock.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';

/** The data directory cannot be created or written. */
export class DataDirectoryError extends AppError {
  readonly code = 'DATA_DIRECTORY_UNUSABLE';

  constructor(path: string, cause: unknown) {
    const reason = explainDiskError(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    super(`cannot use the data directory ${path}: ${reason}`, { cause });
  }
}

/** Another server uses this data directory. */
export class DataDirectoryInUseError extends AppError {
  readonly code = 'DATA_DIRECTORY_IN_USE';

  constructor(path: string) {
    super(`the data directory ${path} is in use by another server`);
  }
}

export class DataDirectory {
  readonly path: string;
  #databaseIdentity = 0;
  readonly #lock: FileLock;

  private constructor(path: string, lock: FileLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** Creates the directory if needed and locks it. Throws one of the errors above. */
  static open(directory: string): DataDirectory {
    const path = resolve(directory);
    try {
      createDirectory(join(path, 'jobs'));
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
      accessSync(join(path, 'jobs'), constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new DataDirectoryError(path, error);
    }
    return new DataDirectory(path, takeLock(path));
  }

  get databasePath(): string {
    return join(this.path, 'a3c.sqlite');
  }

  /** Identifies the open database, to notice that another one has replaced it. */
  get databaseIdentity(): number {
    return this.#databaseIdentity;
  }

  /** Must be called when the database has been opened. */
  noteDatabase(): void {
    this.#databaseIdentity = statSync(this.databasePath).ino;
  }

  /** Where archives are while they are received. */
  get uploads(): string {
    return join(this.path, 'uploads');
  }

  jobDirectory(jobId: string): string {
    return join(this.path, 'jobs', jobId);
  }

  /** Lists the jobs that have files. */
  async listJobs(): Promise<JobId[]> {
    const names = await readdir(join(this.path, 'jobs'));
    return names.flatMap((name) => jobIdSchema.safeParse(name).data ?? []);
  }

  /** Removes a job's files. If the process dies meanwhile, the next sweep removes the rest. */
  async removeJob(jobId: JobId): Promise<void> {
    // A master left behind by an earlier server would create the directory again.
    await evictMasters(this.jobDirectory(jobId));
    const doomed = join(this.path, 'jobs', `${deletedPrefix}${jobId}`);
    try {
      await rename(this.jobDirectory(jobId), doomed);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await rm(doomed, { recursive: true, force: true });
  }

  /**
   * Removes what is left of deletions, uploads and refused posts that a dying process interrupted. Files of unknown jobs stay,
   * because the database may have come from a backup; they are returned.
   */
  async sweep(isJob: (id: JobId) => boolean): Promise<{ removed: number; unknown: JobId[] }> {
    await rm(this.uploads, { recursive: true, force: true });
    const names = await readdir(join(this.path, 'jobs'));
    const doomed = names.filter((name) => name.startsWith(deletedPrefix));
    for (const name of doomed) await rm(join(this.path, 'jobs', name), { recursive: true, force: true });
    const unknown: JobId[] = [];
    let removed = doomed.length;
    for (const id of (await this.listJobs()).filter((name) => !isJob(name))) {
      const files = await readdir(this.jobDirectory(id));
      if (files.every((name) => name.startsWith(startName))) {
        await this.removeJob(id);
        removed += 1;
      } else unknown.push(id);
    }
    return { removed, unknown };
  }

  close(): void {
    this.#lock.release();
  }
}

/** The only artifact of a job whose post was refused: the weights it was to start from. */
const startName: ArtifactName = 'start';
/** Prefix of directories whose job was deleted. */
const deletedPrefix = '.deleted-';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Node's recursive creation never returns on file systems that refuse new directories, such as /proc. */
function createDirectory(path: string): void {
  if (existsSync(path)) return;
  createDirectory(dirname(path));
  mkdirSync(path);
}

function takeLock(path: string): FileLock {
  let lock: FileLock | null;
  try {
    lock = FileLock.take(join(path, 'a3c.lock'));
  } catch (error) {
    throw new DataDirectoryError(path, error);
  }
  if (lock === null) throw new DataDirectoryInUseError(path);
  return lock;
}
