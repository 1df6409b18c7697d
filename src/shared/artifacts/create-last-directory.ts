// Creation of a directory in an existing one.
import { mkdir } from 'node:fs/promises';

/**
 * Creates only the last directory of a path. If its parent is missing too, everything was removed, and must not be
 * created again half empty.
 */
export async function createLastDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
