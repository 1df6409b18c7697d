// Creation of a directory and of the directories above it.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Node's recursive `mkdir` never returns below /proc and similar places, where a parent exists but nothing can be
 * created.
 */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') return;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || parent === directory) throw error;
    await makeDirectory(parent);
    await mkdir(directory);
  }
}
