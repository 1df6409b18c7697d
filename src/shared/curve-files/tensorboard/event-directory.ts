// Directory for TensorBoard's event files, and the names of files in a run's directory.
import { access, constants, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../artifacts/make-directory.ts';
import { CurveFileError } from '../curve-file-error.ts';
import type { FilePlace } from '../growing-file.ts';

/** Creates the directory if it is missing. Throws CurveFileError if nothing can be written there. */
export async function prepareEventDirectory(path: string): Promise<void> {
  try {
    await makeDirectory(path);
    await access(path, constants.W_OK | constants.X_OK);
    await readdir(path);
  } catch (error) {
    throw CurveFileError.of(`TensorBoard's files to ${path}`, error);
  }
}

const eventFileName = /^events\.out\.tfevents\.(\d+)\./;

export function isEventFile(name: string): boolean {
  return eventFileName.test(name);
}

/**
 * Creates an event file in a run's directory. TensorBoard reads the files in the order of their names, so the name of
 * each file is greater than those before it, even if the clock was set back.
 */
export async function createEventFile(runDirectory: string, nowSeconds: number): Promise<FilePlace> {
  const earlier = (await readdir(runDirectory)).flatMap((name) => {
    const seconds = Number(eventFileName.exec(name)?.[1] ?? 0);
    return seconds > 0 ? [seconds] : [];
  });
  const seconds = Math.max(Math.floor(nowSeconds), 1 + Math.max(0, ...earlier));
  const path = join(runDirectory, `events.out.tfevents.${String(seconds).padStart(10, '0')}.a3c`);
  await (await open(path, 'wx')).close();
  return { path, position: 0 };
}
