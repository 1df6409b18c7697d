// Environments of a program: the built-in ones, and those of the modules on its command line.
import type { EnvironmentSource } from '../environments/environment-source.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { builtInEnvironments } from '../environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../environments/registry.ts';
import { EnvironmentModuleError } from './environment-module-error.ts';
import { findEnvironmentModules } from './find-environment-modules.ts';
import { loadEnvironmentModule, toModuleUrl } from './load-environment-module.ts';

/**
 * Loads the built-in environments and those of all modules in `paths`, which are directories or files. Those of `sources`
 * are looked up later.
 */
export async function loadEnvironments(
  paths: readonly string[],
  sources: readonly EnvironmentSource[] = [],
): Promise<EnvironmentRegistry> {
  const loaded = new Map<string, EnvironmentDefinition[]>();
  for (const path of new Set(paths)) {
    let found = 0;
    // One after the other: of several bad modules, always the same is reported.
    for (const file of await findEnvironmentModules(path)) {
      const definitions = loaded.get(file) ?? (await loadEnvironmentModule(toModuleUrl(file)));
      loaded.set(file, definitions);
      found += definitions.length;
    }
    // Modules without an environment may be imported by others, but a path without any environment is a mistake.
    if (found === 0) {
      throw new EnvironmentModuleError(
        path,
        'contains no environment; a module must export what defineEnvironment() returns',
      );
    }
  }
  return new EnvironmentRegistry([...builtInEnvironments, ...[...loaded.values()].flat()], sources);
}
