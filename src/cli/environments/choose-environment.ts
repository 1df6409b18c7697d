// What the argument of a command names: an environment by its id, or by the module that defines it.
import { EnvironmentModuleError } from '../../shared/environment-modules/environment-module-error.ts';
import { toModuleUrl } from '../../shared/environment-modules/load-environment-module.ts';
import { loadEnvironments } from '../../shared/environment-modules/load-environments.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';

/** What help says of such an argument. */
export const environmentArgument =
  'Environment id, e.g. CartPole-v1, or the file of a module that defines one';

/** The environment of that id, built in or of a module in `paths`, or the only one of the module that is named. */
export async function chooseEnvironment(
  argument: string,
  paths: readonly string[],
): Promise<EnvironmentDefinition> {
  if (!isPath(argument)) return (await loadEnvironments(paths)).get(argument);
  const registry = await loadEnvironments([argument, ...paths]);
  const moduleUrl = toModuleUrl(argument);
  const candidates = registry.list().filter((definition) => definition.moduleUrl === moduleUrl);
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

/** Ids have neither a leading dot nor a slash nor a module's extension. */
function isPath(argument: string): boolean {
  return /^[./~]|[/\\]|\.[cm]?[jt]s$/.test(argument);
}
