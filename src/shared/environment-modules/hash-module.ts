// Hash of an environment module, by which two machines know that they have the same one.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readModuleUrl, type EnvironmentOrigin } from '../environments/environment-origin.ts';

/**
 * Returns the SHA-256 of a module's file in hexadecimal; null for an environment that has none. Modules that it imports
 * are not part of it.
 */
export async function hashModule(origin: EnvironmentOrigin | null): Promise<string | null> {
  const url = readModuleUrl(origin);
  if (url === null) return null;
  return createHash('sha256')
    .update(await readFile(new URL(url)))
    .digest('hex');
}
