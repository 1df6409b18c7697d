// Environment argument of a command: an environment id, or the module that defines the environment.
import { EnvironmentModuleError } from '../../shared/environment-modules/environment-module-error.ts';
import { toModuleUrl } from '../../shared/environment-modules/load-environment-module.ts';
import { loadEnvironments } from '../../shared/environment-modules/load-environments.ts';
import { readModuleUrl } from '../../shared/environments/environment-origin.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';

/** Help text of the argument. */
export const environmentArgument =
  'Environment id, e.g. CartPole-v1, or the file of a module that defines one';

/**
 * Returns the environment with this id (built in, or from a module in `paths`), or the only environment of the named
 * module.
 */
export async function chooseEnvironment(
  argument: string,
  paths: readonly string[],
): Promise<EnvironmentDefinition> {
  if (!isPath(argument)) return await (await loadEnvironments(paths)).resolve(argument);
  const registry = await loadEnvironments([argument, ...paths]);
  const moduleUrl = toModuleUrl(argument);
  const candidates = registry.list().filter(({ origin }) => readModuleUrl(origin) === moduleUrl);
  const [definition, another] = candidates;
  if (definition === undefined || another !== undefined) {
    const ids = candidates.map(({ id }) => id).join(', ');
    throw new EnvironmentModuleError(
      argument,
      `has several environments (${ids}); name one of them and add --environments ${argument}`,
    );
  }
  return definition;
}

/** Tells a path from an id: ids have no leading dot, no slash and no module extension. */
function isPath(argument: string): boolean {
  return /^[./~]|[/\\]|\.[cm]?[jt]s$/.test(argument);
}
