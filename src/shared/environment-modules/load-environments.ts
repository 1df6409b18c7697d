// The environments a program knows: the built-in ones, and those of the modules it was started with.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { builtInEnvironments } from '../environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../environments/registry.ts';
import { EnvironmentModuleError } from './environment-module-error.ts';
import { findEnvironmentModules } from './find-environment-modules.ts';
import { loadEnvironmentModule, toModuleUrl } from './load-environment-module.ts';

/** Built-in environments and those of all modules in `paths`, which are directories or files. */
export async function loadEnvironments(paths: readonly string[]): Promise<EnvironmentRegistry> {
  const loaded = new Map<string, EnvironmentDefinition[]>();
  for (const path of new Set(paths)) {
    let found = 0;
    // One after the other, so that of several bad modules always the same is reported.
    for (const file of await findEnvironmentModules(path)) {
      const definitions = loaded.get(file) ?? (await loadEnvironmentModule(toModuleUrl(file)));
      loaded.set(file, definitions);
      found += definitions.length;
    }
    // Modules beside environments may serve them without being one; a path without any is a mistake.
    if (found === 0) {
      throw new EnvironmentModuleError(
        path,
        'has no environment; a module exports what defineEnvironment() returns',
      );
    }
  }
  return new EnvironmentRegistry([...builtInEnvironments, ...[...loaded.values()].flat()]);
}
