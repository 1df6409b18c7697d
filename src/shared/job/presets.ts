// Presets of all algorithms. The settings of a job are defaults ← environment defaults ← preset ← request, field by
// field.
import { algorithms } from '../algorithms/algorithms.ts';
import type { Preset } from './preset.ts';

const listPresets = (isSecondChoice: boolean): Preset[] =>
  algorithms.flatMap(({ name, presets: tuned }) =>
    tuned
      .filter((preset) => (preset.isSecondChoice ?? false) === isSecondChoice)
      .map(({ environment, description, settings }) => ({
        environment,
        algorithm: name,
        description,
        settings,
      })),
  );
const byChoice = [...listPresets(false), ...listPresets(true)];
const environments = [...new Set(byChoice.map(({ environment }) => environment))];

/** Ordered by environment; a job that names no algorithm gets the first preset of its environment. */
export const presets: readonly Preset[] = environments.flatMap((environment) =>
  byChoice.filter((preset) => preset.environment === environment),
);
