// Environments with settings. An id may have them after a question mark, `DeepSea-v0?size=20&mappingSeed=3`, so that they
// go wherever an id goes: into jobs, models and checkpoints.
import { AppError } from '../errors/app-error.ts';
import type { Environment, EnvironmentDefinition } from './environment.ts';

/** A whole number with its default and its bounds. */
export interface EnvironmentSetting {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export type EnvironmentSettings<Name extends string> = Readonly<Record<Name, EnvironmentSetting>>;

/** Returns the value of a setting. */
export type ReadSetting<Name extends string> = (name: Name) => number;

/** The settings after an id are not those of its environment. */
export class InvalidEnvironmentSettingsError extends AppError {
  readonly code = 'INVALID_ENVIRONMENT_SETTINGS';

  constructor(id: string, mistakes: readonly string[]) {
    super(`${id}: ${mistakes.join('; ')}`);
  }
}

/**
 * Defines an environment with settings: with their defaults, or with those that an id names. `describe` returns the rest
 * of the definition.
 */
export function defineWithSettings<Name extends string, Kind extends Environment>(
  id: string,
  settings: EnvironmentSettings<Name>,
  describe: (read: ReadSetting<Name>) => Omit<EnvironmentDefinition<Kind>, 'id' | 'configure'>,
): EnvironmentDefinition<Kind> {
  const configure = (text: string): EnvironmentDefinition<Kind> => {
    const name = text === '' ? id : `${id}?${text}`;
    return { ...describe(readSettings(name, text, settings)), id: name, configure };
  };
  return configure('');
}

/** Splits an id at its question mark; without one there are no settings. */
export function splitEnvironmentId(id: string): { readonly id: string; readonly settings: string | null } {
  const mark = id.indexOf('?');
  return mark === -1 ? { id, settings: null } : { id: id.slice(0, mark), settings: id.slice(mark + 1) };
}

/** Returns the definition with this id, and with the settings that the id has; undefined if there is none. */
export function selectEnvironment<Kind extends Environment>(
  definitions: readonly EnvironmentDefinition<Kind>[],
  id: string,
): EnvironmentDefinition<Kind> | undefined {
  const exact = definitions.find((definition) => definition.id === id);
  const { id: plainId, settings } = splitEnvironmentId(id);
  if (exact !== undefined || settings === null) return exact;
  return definitions.find((definition) => definition.id === plainId)?.configure?.(settings);
}

function readSettings<Name extends string>(
  id: string,
  text: string,
  settings: EnvironmentSettings<Name>,
): ReadSetting<Name> {
  const mistakes: string[] = [];
  const given = new Map<string, number>();
  for (const part of text === '' ? [] : text.split('&')) {
    const [name = '', value = ''] = part.split('=', 2);
    const setting = Object.entries<EnvironmentSetting>(settings).find(([key]) => key === name)?.[1];
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (setting === undefined)
      mistakes.push(`there is no setting ${JSON.stringify(name)}, only ${Object.keys(settings).join(', ')}`);
    else if (given.has(name)) mistakes.push(`${name} is there twice`);
    else if (!(number >= setting.min && number <= setting.max))
      mistakes.push(
        `${name} is a whole number from ${setting.min} to ${setting.max}, not ${JSON.stringify(value)}`,
      );
    given.set(name, number);
  }
  if (mistakes.length > 0) throw new InvalidEnvironmentSettingsError(id, mistakes);
  return (name) => given.get(name) ?? settings[name].default;
}
