// Opens the files of an artifact: only plain ones, and only where their size is right, as something else in their place
// must neither fill the memory nor, as a pipe would, be waited for.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../errors/app-error.ts';
import { explainDiskError } from './explain-disk-error.ts';

/** What keeps this process from reading a file, for now, and says nothing of the file. */
const passingCodes: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'EACCES',
  'EPERM',
]);

/** What opening a link or a socket fails with. */
const otherKindCodes: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'ENXIO']);

/** A file could not be read, which does not make it a damaged one: what is sound must not be given up for that. */
export class ArtifactUnreadableError extends AppError {
  readonly code = 'ARTIFACT_UNREADABLE';

  constructor(name: string, cause: unknown) {
    super(`${name} cannot be read: ${explainDiskError(cause) ?? 'an unexpected error'}`, { cause });
  }
}

/** As much as is read at once; none of the threads that read files is held up for long. */
const readBytes = 1024 * 1024;

export interface ExpectedSize {
  readonly exactBytes?: number;
  readonly maxBytes?: number;
}

/** The opened file; throws where it is not what was expected. Its bytes stay the same when its name is given to another. */
export async function openPlainFile(
  directory: string,
  name: string,
  { exactBytes, maxBytes = Infinity }: ExpectedSize,
): Promise<FileHandle> {
  const file = await explainFailure(name, () =>
    open(`${directory}/${name}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK),
  );
  try {
    const status = await explainFailure(name, () => file.stat());
    if (!status.isFile()) throw new Error(`${name} is not a plain file`);
    if (exactBytes !== undefined && status.size !== exactBytes) {
      throw new Error(`${name} has ${status.size} bytes instead of ${exactBytes}`);
    }
    if (status.size > maxBytes) throw new Error(`${name} has more than ${maxBytes} bytes`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The whole file. */
export async function readPlainFile(
  directory: string,
  name: string,
  expected: ExpectedSize,
): Promise<Uint8Array> {
  const file = await openPlainFile(directory, name, expected);
  try {
    return await explainFailure(name, () => readWhole(file, name));
  } finally {
    await file.close();
  }
}

/** Straight into an array of its own: to copy a large one would keep others waiting. */
async function readWhole(file: FileHandle, name: string): Promise<Uint8Array> {
  const { size } = await file.stat();
  const bytes = new Uint8Array(size);
  for (let position = 0; position < size;) {
    const length = Math.min(readBytes, size - position);
    const { bytesRead } = await file.read(bytes, { offset: position, length, position });
    if (bytesRead === 0) throw new Error(`${name} ends after ${position} of ${size} bytes`);
    position += bytesRead;
  }
  return bytes;
}

/** Names the file by its last part: messages of the file system hold whole paths. */
export async function explainFailure<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const code = readErrorCode(error);
    if (code === null) throw error;
    if (isPassing(code)) throw new ArtifactUnreadableError(name, error);
    if (otherKindCodes.has(code)) throw new Error(`${name} is not a plain file`, { cause: error });
    throw new Error(code === 'ENOENT' ? `${name} is missing` : `${name} cannot be read: ${code}`, {
      cause: error,
    });
  }
}

export function isPassing(code: string): boolean {
  return passingCodes.has(code);
}

export function readErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
