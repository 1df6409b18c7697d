// Import of a user's module, and the environments it exports.
import { stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDefinedEnvironment } from '../environments/custom/environment-brand.ts';
import { toModuleOrigin } from '../environments/environment-origin.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { AppError } from '../errors/app-error.ts';
import { cutText } from '../errors/cut-text.ts';
import { toError } from '../errors/error-record.ts';
import { readThrownError, readThrownText } from '../errors/read-thrown.ts';
import { EnvironmentModuleError } from './environment-module-error.ts';
import { resolvePackageToThisCopy } from './resolve-package.ts';

/**
 * Returns the definitions that a module exports, under any names. Throws EnvironmentModuleError if it cannot be
 * imported.
 */
export async function loadEnvironmentModule(moduleUrl: string): Promise<EnvironmentDefinition[]> {
  const definitions = new Set(await importDefinitions(moduleUrl, fileURLToPath(moduleUrl)));
  return [...definitions].map((definition) => ({ ...definition, origin: toModuleOrigin(moduleUrl) }));
}

/** URL of the module, for messages to other threads and processes. */
export function toModuleUrl(path: string): string {
  return pathToFileURL(path).href;
}

async function importDefinitions(moduleUrl: string, path: string): Promise<EnvironmentDefinition[]> {
  resolvePackageToThisCopy();
  try {
    await stat(path);
    const module: unknown = await import(moduleUrl);
    const exported =
      typeof module === 'object' && module !== null ? Object.values<unknown>({ ...module }) : [];
    return exported.filter(isDefinedEnvironment);
  } catch (error) {
    throw new EnvironmentModuleError(path, `cannot be imported: ${explain(error)}`, toError(error));
  }
}

/** An error of defineEnvironment explains itself. For any other error, the stack leads to the line. */
function explain(thrown: unknown): string {
  const error = readThrownError(thrown);
  if (error === null) return cutText(readThrownText(thrown), explanationLength);
  const lines = (AppError.is(thrown) ? error.message : (error.stack ?? error.message)).split('\n');
  return cutText(lines.filter((line) => !isForeignFrame(line)).join('\n'), explanationLength);
}

const explanationLength = 3_000;

const ownSources = new URL('../..', import.meta.url).href;

/** Whether a line of a stack is in Node or this package, where the author of an environment has nothing to fix. */
function isForeignFrame(line: string): boolean {
  return (
    /^\s+at /.test(line) &&
    ['node:internal', '/node_modules/', ownSources].some((part) => line.includes(part))
  );
}
