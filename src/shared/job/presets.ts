// Tuned settings of all algorithms. A job is defaults ← environment defaults ← preset ← request, field by field.
import { algorithms } from '../algorithms/algorithms.ts';
import type { Preset } from './preset.ts';

const byAlgorithm: readonly Preset[] = algorithms.flatMap(({ name, presets: tuned }) =>
  tuned.map(({ environment, ...preset }) => ({ environment, algorithm: name, ...preset })),
);
const environments = [...new Set(byAlgorithm.map(({ environment }) => environment))];

/** By environment; the first of each is what a job gets that names no algorithm. */
export const presets: readonly Preset[] = environments.flatMap((environment) =>
  byAlgorithm.filter((preset) => preset.environment === environment),
);
