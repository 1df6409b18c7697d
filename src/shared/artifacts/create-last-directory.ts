// Makes a directory in one that is there.
import { mkdir } from 'node:fs/promises';

/** Only the last directory of a path: one that is gone with all above it was removed, and must not come back half empty. */
export async function createLastDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
