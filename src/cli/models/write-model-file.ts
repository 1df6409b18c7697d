// Writer of exported models, which overwrites nothing unless it is told to.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFilesError } from './model-files-error.ts';

interface WriteOptions {
  /** Whether to overwrite what is there. */
  readonly force: boolean;
}

/** Writes one file. Throws ModelFilesError if it exists or cannot be written. */
export async function writeModelFile(
  path: string,
  bytes: Uint8Array,
  { force }: WriteOptions,
): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw explain(path, error);
  }
}

/** Writes files into a directory, which is created, or empty. */
export async function writeModelDirectory(
  path: string,
  files: ReadonlyMap<string, Uint8Array>,
  { force }: WriteOptions,
): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    if (!force && (await readdir(path)).length > 0) throw createRefusal(path);
  } catch (error) {
    throw explain(path, error);
  }
  for (const [name, bytes] of files) await writeModelFile(join(path, name), bytes, { force });
}

function createRefusal(path: string): ModelFilesError {
  return new ModelFilesError(
    `${path} exists; choose another path with --output, or overwrite it with --force`,
  );
}

function explain(path: string, error: unknown): ModelFilesError {
  if (error instanceof ModelFilesError) return error;
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return createRefusal(path);
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelFilesError(`cannot write ${path}: ${reason}`, { cause: error });
}
