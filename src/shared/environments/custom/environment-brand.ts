// Brand of environment definitions, to recognize them among a module's exports. It is a separate file, so that worker
// threads do not load the code that checks definitions.
import type { EnvironmentDefinition } from '../environment.ts';

/** Registered by name, so that definitions made with another copy of this package are recognized too. */
const brand = Symbol.for('a3c-server.environment');

export function brandEnvironment(definition: EnvironmentDefinition): EnvironmentDefinition {
  const branded: EnvironmentDefinition & { readonly [brand]: true } = { ...definition, [brand]: true };
  return branded;
}

/** Whether a value came from `defineEnvironment`. */
export function isDefinedEnvironment(value: unknown): value is EnvironmentDefinition {
  return typeof value === 'object' && value !== null && brand in value;
}
