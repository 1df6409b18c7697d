// Tells definitions apart from whatever else a module exports. It stands alone so that worker threads, which only
// look for definitions, load nothing of what checks them.
import type { EnvironmentDefinition } from '../environment.ts';

/** Registered by name, so that definitions made with another copy of this package are known too. */
const brand = Symbol.for('a3c-server.environment');

export function brandEnvironment(definition: EnvironmentDefinition): EnvironmentDefinition {
  const branded: EnvironmentDefinition & { readonly [brand]: true } = { ...definition, [brand]: true };
  return branded;
}

/** Whether a value came from `defineEnvironment`. */
export function isDefinedEnvironment(value: unknown): value is EnvironmentDefinition {
  return typeof value === 'object' && value !== null && brand in value;
}
