// Search for the environment modules in a directory.
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EnvironmentModuleError } from './environment-module-error.ts';

/** Whether a file name is that of a module; declarations, tests and settings are not. */
function isModuleName(name: string): boolean {
  return /\.(ts|mts|js|mjs)$/.test(name) && !/\.(d|test|spec|config)\.[cm]?[jt]s$/.test(name);
}

/** Lists the modules directly in a directory, by name, or the one file at `path`. */
export async function findEnvironmentModules(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new EnvironmentModuleError(path, 'cannot be read: there is no such file or directory', error);
  });
  if (!found.isDirectory()) return [resolve(path)];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && isModuleName(entry.name))
    .map(({ name }) => resolve(join(path, name)))
    .sort();
}
