// Environments of a run in a browser: the built-in ones, and those of modules that the page names by URL.
import { EnvironmentModuleError } from '../shared/environment-modules/environment-module-error.ts';
import { builtInEnvironments } from '../shared/environments/built-in-environments.ts';
import { isDefinedEnvironment } from '../shared/environments/custom/environment-brand.ts';
import {
  readModuleUrl,
  toModuleOrigin,
  type EnvironmentOrigin,
} from '../shared/environments/environment-origin.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { selectEnvironment } from '../shared/environments/environment-settings.ts';
import { UnknownEnvironmentError } from '../shared/environments/unknown-environment-error.ts';
import { watchCalls, type CallWatch } from '../shared/environments/wrappers/watch-calls.ts';
import { wrapEnvironment } from '../shared/environments/wrappers/wrap-environment.ts';
import type { WrappersSpec } from '../shared/environments/wrappers/wrappers-spec.ts';
import { readThrownText } from '../shared/errors/read-thrown.ts';

/**
 * Returns the definition with this id, from the only module that can have it. Throws EnvironmentModuleError or
 * UnknownEnvironmentError.
 */
export async function loadEnvironment(
  environment: string,
  moduleUrl: string | null,
): Promise<EnvironmentDefinition> {
  const definitions = moduleUrl === null ? builtInEnvironments : await importDefinitions(moduleUrl);
  const found = selectEnvironment(definitions, environment);
  if (found === undefined) throw new UnknownEnvironmentError(environment);
  await found.load?.();
  return found;
}

/** Opens the environment of a worker, with the job's wrappers; its calls of user code are watched. */
export async function openEnvironment(
  { environment, wrappers }: { readonly environment: string; readonly wrappers: WrappersSpec },
  origin: EnvironmentOrigin | null,
  watch: CallWatch,
): Promise<EnvironmentDefinition> {
  const moduleUrl = readModuleUrl(origin);
  if (moduleUrl === null) return wrapEnvironment(await loadEnvironment(environment, null), wrappers);
  watch.begin();
  const definition = await loadEnvironment(environment, moduleUrl);
  watch.end();
  return wrapEnvironment(watchCalls(definition, watch), wrappers);
}

async function importDefinitions(moduleUrl: string): Promise<EnvironmentDefinition[]> {
  try {
    const module: unknown = await import(/* @vite-ignore */ moduleUrl);
    const exported =
      typeof module === 'object' && module !== null ? Object.values<unknown>({ ...module }) : [];
    return exported.filter(isDefinedEnvironment).map((definition) => ({
      ...definition,
      origin: toModuleOrigin(moduleUrl),
    }));
  } catch (error) {
    throw new EnvironmentModuleError(moduleUrl, `cannot be imported: ${readThrownText(error)}`, error);
  }
}
