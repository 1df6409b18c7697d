// Settings of a file, changed by flags.
import type { FlagValues } from '../flags/schema-flags.ts';

type Settings = Readonly<Record<string, unknown>>;

/**
 * Returns the settings with the value of each flag in its place. A flag that chooses another kind of object
 * (`--policy.type`) replaces the object: the other fields of the file belong to its own kind.
 */
export function mergeSettings(settings: Settings, flags: FlagValues): Settings {
  const kinds = [...flags].filter(([path]) => path.endsWith('.type'));
  const others = [...flags].filter(([path]) => !path.endsWith('.type'));
  const withKinds = kinds.reduce(
    (merged, [path, value]) => chooseKind(merged, path.split('.'), value),
    settings,
  );
  return others.reduce((merged, [path, value]) => change(merged, path.split('.'), () => value), withKinds);
}

function chooseKind(settings: Settings, keys: readonly string[], type: unknown): Settings {
  return change(settings, keys.slice(0, -1), (before) =>
    isRecord(before) && before.type === type ? before : { type },
  );
}

function change(
  settings: Settings,
  keys: readonly string[],
  replace: (before: unknown) => unknown,
): Settings {
  const [key = '', ...rest] = keys;
  const before = Object.hasOwn(settings, key) ? settings[key] : undefined;
  const after = rest.length === 0 ? replace(before) : change(isRecord(before) ? before : {}, rest, replace);
  return { ...settings, [key]: after };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
