// Registry of a program's environments, by id. Programs build one registry and pass it on.
import leven from 'leven';
import { AppError } from '../errors/app-error.ts';
import { readModuleUrl, type EnvironmentOrigin } from './environment-origin.ts';
import { selectEnvironment } from './environment-settings.ts';
import type { EnvironmentSource } from './environment-source.ts';
import type { Environment, EnvironmentDefinition } from './environment.ts';
import { UnknownEnvironmentError } from './unknown-environment-error.ts';

/** Two definitions have the same id. */
export class DuplicateEnvironmentError extends AppError {
  readonly code = 'DUPLICATE_ENVIRONMENT';

  constructor(id: string, origins: readonly (EnvironmentOrigin | undefined)[]) {
    const urls = origins.map(readModuleUrl);
    const places = urls.map((url) => url ?? 'built in').join(' and ');
    const where = urls.some((url) => url !== null) ? ` (${places})` : '';
    super(`two environments have the id ${id}${where}; give one of them another name or version`);
  }
}

/** Environment definitions by id, in the order they were given, and sources of others. */
export class EnvironmentRegistry<Kind extends Environment = Environment> {
  readonly #definitions = new Map<string, EnvironmentDefinition<Kind>>();
  readonly #sources: readonly EnvironmentSource<Kind>[];
  /** Questions to sources that are not answered yet, by id. */
  readonly #questions = new Map<string, Promise<EnvironmentDefinition<Kind>>>();

  constructor(
    definitions: readonly EnvironmentDefinition<Kind>[],
    sources: readonly EnvironmentSource<Kind>[] = [],
  ) {
    this.#sources = sources;
    for (const definition of definitions) {
      const namesake = this.#definitions.get(definition.id);
      if (namesake) {
        throw new DuplicateEnvironmentError(definition.id, [namesake.origin, definition.origin]);
      }
      this.#definitions.set(definition.id, definition);
    }
  }

  /**
   * Returns the definition with this id, and asks a source for it if need be. Concurrent questions share one. Afterwards
   * `get` knows the id. Rejects like `get`, and with the errors of the source.
   */
  async resolve(id: string): Promise<EnvironmentDefinition<Kind>> {
    const source = this.#findSource(id);
    if (source === undefined) return this.get(id);
    const question = this.#questions.get(id) ?? this.#ask(source, id);
    return await question;
  }

  /**
   * Returns the definition with this id, which may have settings after a `?`. Throws UnknownEnvironmentError that suggests
   * the closest ids, or InvalidEnvironmentSettingsError.
   */
  get(id: string): EnvironmentDefinition<Kind> {
    const definition = this.find(id);
    if (definition === undefined) {
      throw new UnknownEnvironmentError(
        id,
        this.isForeign(id) ? [] : findClosest(id, [...this.#definitions.keys()]),
      );
    }
    return definition;
  }

  /**
   * Returns the definition with this id, which may have settings; undefined if there is none, or if its source was not
   * asked yet.
   */
  find(id: string): EnvironmentDefinition<Kind> | undefined {
    const source = this.#findSource(id);
    if (source !== undefined) return source.find(id);
    return this.#definitions.get(id) ?? selectEnvironment(this.list(), id);
  }

  /** Whether an environment comes from a source, which must be asked before `find` knows it. */
  isForeign(id: string): boolean {
    return this.#findSource(id) !== undefined;
  }

  /** Returns the origin of an environment; null for a built-in or unknown one. */
  locate(id: string): EnvironmentOrigin | null {
    return this.#findSource(id)?.find(id)?.origin ?? this.#definitions.get(id)?.origin ?? null;
  }

  /** Lists the definitions that were given; those of sources are known only by their ids. */
  list(): EnvironmentDefinition<Kind>[] {
    return [...this.#definitions.values()];
  }

  #findSource(id: string): EnvironmentSource<Kind> | undefined {
    return this.#sources.find(({ prefix }) => id.startsWith(prefix));
  }

  #ask(source: EnvironmentSource<Kind>, id: string): Promise<EnvironmentDefinition<Kind>> {
    const question = source.resolve(id).finally(() => this.#questions.delete(id));
    this.#questions.set(id, question);
    return question;
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
