// Reader of an artifact's files. It opens only plain files of the right size: other files could fill the memory or,
// like a pipe, block forever.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../errors/app-error.ts';
import { explainDiskError } from './explain-disk-error.ts';

/** Codes of temporary failures of this process, which say nothing about the file. */
const temporaryCodes: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'EACCES',
  'EPERM',
]);

/** Codes of opening a link or a socket. */
const notPlainCodes: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'ENXIO']);

/** A file could not be read at the moment. It is not necessarily damaged, so it must not be given up. */
export class ArtifactUnreadableError extends AppError {
  readonly code = 'ARTIFACT_UNREADABLE';

  constructor(name: string, cause: unknown) {
    super(`${name} cannot be read: ${explainDiskError(cause) ?? 'an unexpected error'}`, { cause });
  }
}

/** Bytes per read, small enough not to block a file-reading thread for long. */
const readBytes = 1024 * 1024;

export interface ExpectedSize {
  readonly exactBytes?: number;
  readonly maxBytes?: number;
}

/** Opens a file. Throws if it is not as expected. Its bytes stay the same even if another file gets its name. */
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

/** Reads the whole file. */
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

/** Reads directly into the result: copying a large array would block others. */
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

/** Names the file by its last part, because file system messages contain whole paths. */
export async function explainFailure<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const code = readErrorCode(error);
    if (code === null) throw error;
    if (isPassing(code)) throw new ArtifactUnreadableError(name, error);
    if (notPlainCodes.has(code)) throw new Error(`${name} is not a plain file`, { cause: error });
    throw new Error(code === 'ENOENT' ? `${name} is missing` : `${name} cannot be read: ${code}`, {
      cause: error,
    });
  }
}

export function isPassing(code: string): boolean {
  return temporaryCodes.has(code);
}

export function readErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
