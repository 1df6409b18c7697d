// Registry of a program's environments, by id. Programs build one registry and pass it on.
import leven from 'leven';
import { AppError } from '../errors/app-error.ts';
import { selectEnvironment } from './environment-settings.ts';
import type { Environment, EnvironmentDefinition } from './environment.ts';
import { UnknownEnvironmentError } from './unknown-environment-error.ts';

/** Two definitions have the same id. */
export class DuplicateEnvironmentError extends AppError {
  readonly code = 'DUPLICATE_ENVIRONMENT';

  constructor(id: string, moduleUrls: readonly (string | undefined)[]) {
    const places = moduleUrls.map((url) => url ?? 'built in').join(' and ');
    const where = moduleUrls.some((url) => url !== undefined) ? ` (${places})` : '';
    super(`two environments have the id ${id}${where}; give one of them another name or version`);
  }
}

/** Environment definitions by id, in the order they were given. */
export class EnvironmentRegistry<Kind extends Environment = Environment> {
  readonly #definitions = new Map<string, EnvironmentDefinition<Kind>>();

  constructor(definitions: readonly EnvironmentDefinition<Kind>[]) {
    for (const definition of definitions) {
      const namesake = this.#definitions.get(definition.id);
      if (namesake) {
        throw new DuplicateEnvironmentError(definition.id, [namesake.moduleUrl, definition.moduleUrl]);
      }
      this.#definitions.set(definition.id, definition);
    }
  }

  /**
   * Returns the definition with this id, which may have settings after a `?`. Throws UnknownEnvironmentError that suggests
   * the closest ids, or InvalidEnvironmentSettingsError.
   */
  get(id: string): EnvironmentDefinition<Kind> {
    const definition = this.find(id);
    if (definition === undefined) {
      throw new UnknownEnvironmentError(id, findClosest(id, [...this.#definitions.keys()]));
    }
    return definition;
  }

  /** Returns the definition with this id, which may have settings; undefined if there is none. */
  find(id: string): EnvironmentDefinition<Kind> | undefined {
    return this.#definitions.get(id) ?? selectEnvironment(this.list(), id);
  }

  /** Returns the module of an environment, for other threads and processes; null for a built-in or unknown one. */
  locateModule(id: string): string | null {
    return this.#definitions.get(id)?.moduleUrl ?? null;
  }

  list(): EnvironmentDefinition<Kind>[] {
    return [...this.#definitions.values()];
  }
}

/** Finds up to two names nearest to a misspelt one, nearest first; ignores case. */
function findClosest(name: string, candidates: readonly string[]): string[] {
  const misspelt = name.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: leven(misspelt, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 2)
    .map(({ candidate }) => candidate);
}
