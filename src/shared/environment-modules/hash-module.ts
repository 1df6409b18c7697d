// Hash of an environment module, by which two machines know that they have the same one.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Returns the SHA-256 of a module's file in hexadecimal. Modules that it imports are not part of it. */
export async function hashModule(moduleUrl: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(new URL(moduleUrl)))
    .digest('hex');
}
