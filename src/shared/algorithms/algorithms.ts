// List of all algorithms, one line each.
import type { z } from 'zod';
import { a2c } from './a2c/record.ts';
import { a3c } from './a3c/record.ts';
import { actorCritic } from './actor-critic/record.ts';
import type { AlgorithmRecord, OwnSettings } from './algorithm-record.ts';
import { ddpg } from './ddpg/record.ts';
import { ppo } from './ppo/record.ts';
import { random } from './random/record.ts';
import { reinforce } from './reinforce/record.ts';

const registered = [a3c, a2c, reinforce, actorCritic, ppo, ddpg, random] as const;

type Registered = (typeof registered)[number];
export type AlgorithmName = Registered['name'];

/** In the order of registration: a job gets the first algorithm that has a preset for its environment. */
export const algorithms: readonly AlgorithmRecord<AlgorithmName>[] = registered;

export const algorithmNames: readonly AlgorithmName[] = registered.map(({ name }) => name);

/** Returns the record with this name. Throws RangeError for an unknown algorithm. */
export function findAlgorithm(name: string): AlgorithmRecord<AlgorithmName> {
  const found = algorithms.find((algorithm) => algorithm.name === name);
  if (!found)
    throw new RangeError(`there is no algorithm ${name}; the algorithms are ${algorithmNames.join(', ')}`);
  return found;
}

/** One line about all algorithms, for help and documentation. */
export function describeAlgorithms(): string {
  return algorithms.map(({ name, description }) => `${name}: ${description}`).join('; ');
}

/** The algorithms with their own settings. */
type WithSettings = Extract<Registered, { readonly settings: OwnSettings }>;

type SettingsFields = {
  [Record in WithSettings as Record['name']]: z.ZodNullable<Record['settings']['spec']>;
};

type RequestedSettingsFields = {
  [Record in WithSettings as Record['name']]: z.ZodOptional<z.ZodNullable<Record['settings']['requested']>>;
};

/** Job fields with the settings of each algorithm that has its own: `ppo` and so on. */
export const settingsFields = createSettingsFields();

/** The same fields in a request. */
export const requestedSettingsFields = createRequestedSettingsFields();

// The compiler cannot know the keys of an object built from a list, so the overload names those of the registry.
function createSettingsFields(): SettingsFields;
function createSettingsFields(): object {
  return mapSettings(({ spec }, description) => spec.nullable().describe(description));
}

function createRequestedSettingsFields(): RequestedSettingsFields;
function createRequestedSettingsFields(): object {
  return mapSettings(({ requested }, description) => requested.nullable().optional().describe(description));
}

function mapSettings(createField: (settings: OwnSettings, description: string) => z.ZodType): object {
  return Object.fromEntries(
    algorithms.flatMap(({ name, settings }) =>
      settings === null
        ? []
        : [[name, createField(settings, `Settings of algorithm ${name}; null for others`)]],
    ),
  );
}

/** Values of these fields in a job whose algorithm has no settings of its own. */
export const noSettings = createNoSettings();

function createNoSettings(): { readonly [Record in WithSettings as Record['name']]: null };
function createNoSettings(): object {
  return Object.fromEntries(Object.keys(settingsFields).map((name) => [name, null]));
}

/** Returns an algorithm's own settings in a job or a request; null if they are absent. */
export function readSettings(
  job: Readonly<Record<string, unknown>>,
  { name, settings }: AlgorithmRecord,
): Readonly<Record<string, unknown>> | null {
  const own = settings === null ? null : job[name];
  return typeof own === 'object' && own !== null ? { ...own } : null;
}
