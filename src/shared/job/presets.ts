// Presets of all algorithms. The settings of a job are defaults ← environment defaults ← preset ← request, field by
// field.
import { algorithms } from '../algorithms/algorithms.ts';
import type { Preset } from './preset.ts';

const byAlgorithm: readonly Preset[] = algorithms.flatMap(({ name, presets: tuned }) =>
  tuned.map(({ environment, ...preset }) => ({ environment, algorithm: name, ...preset })),
);
const environments = [...new Set(byAlgorithm.map(({ environment }) => environment))];

/** Ordered by environment; a job that names no algorithm gets the first preset of its environment. */
export const presets: readonly Preset[] = environments.flatMap((environment) =>
  byAlgorithm.filter((preset) => preset.environment === environment),
);
