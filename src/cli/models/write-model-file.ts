// Writer of exported models, which overwrites nothing without permission.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requirePermission } from '../overwriting/require-permission.ts';
import { ModelFilesError } from './model-files-error.ts';

interface WriteOptions {
  /** Whether to overwrite what is there. */
  readonly force: boolean;
}

/** Writes one file. Throws OutputExistsError without permission to overwrite it, ModelFilesError if it cannot be written. */
export async function writeModelFile(
  path: string,
  bytes: Uint8Array,
  { force }: WriteOptions,
): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (!isTaken(error)) throw explain(path, error);
    await requirePermission({ path, state: 'exists', force });
    await writeModelFile(path, bytes, { force: true });
  }
}

/** Writes files into a directory, which is created, or empty, or written to with permission. */
export async function writeModelDirectory(
  path: string,
  files: ReadonlyMap<string, Uint8Array>,
  { force }: WriteOptions,
): Promise<void> {
  if ((await openDirectory(path)) > 0)
    await requirePermission({ path, state: 'exists and is not empty', force });
  for (const [name, bytes] of files) await writeModelFile(join(path, name), bytes, { force: true });
}

/** Creates the directory if it is missing; returns how many files are in it. */
async function openDirectory(path: string): Promise<number> {
  try {
    await mkdir(path, { recursive: true });
    return (await readdir(path)).length;
  } catch (error) {
    throw explain(path, error);
  }
}

/** With `wx`, also a directory in the place of the file is EEXIST; writing it fails then with the reason. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function explain(path: string, error: unknown): ModelFilesError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelFilesError(`cannot write ${path}: ${reason}`, { cause: error });
}
