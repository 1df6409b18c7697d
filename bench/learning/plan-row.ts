// Job of a row for its seeds to train, or what is missing for it.
import {
  jobRequestSchema,
  presets,
  resolveJobSpec,
  type EnvironmentDefinition,
  type JobSpec,
} from '../../src/index.ts';
import { resolveEngineName } from '../../src/shared/engines/engine-choice.ts';
import { inspectNetwork } from '../../src/shared/job/inspect-network.ts';
import { environments } from './open-environment.ts';
import type { LearningRow } from './rows.ts';

export interface PlannedRow {
  readonly definition: EnvironmentDefinition;
  readonly spec: JobSpec;
}

/** The job of a seed. Throws for algorithms and environments there are not. */
export async function planRow(row: LearningRow, seed: number): Promise<PlannedRow> {
  const definition = await environments.resolve(row.environment);
  const request = jobRequestSchema.parse({
    environment: row.environment,
    algorithm: row.algorithm,
    ...row.settings,
    seed,
    // A run that stopped at the threshold would not show what the rest of the budget makes of it.
    stop: { targetReward: null, ...(row.maxSteps !== null && { maxSteps: row.maxSteps }) },
  });
  return { definition, spec: resolveJobSpec(await inspectNetwork(request), definition, () => seed) };
}

/** Why a row cannot be measured yet; null if it can. Results are those of presets as shipped. */
export function findMissing({ environment, algorithm }: LearningRow): string | null {
  if (!jobRequestSchema.shape.algorithm.safeParse(algorithm).success) return 'no such algorithm yet';
  const hasPreset = presets.some(
    (preset) => preset.environment === environment && preset.algorithm === algorithm,
  );
  return hasPreset ? null : 'no preset yet';
}

/** What all seeds of a row have in common, as JSON, with the engine that `auto` stands for. */
export function describeSettings({ spec }: PlannedRow): Record<string, unknown> {
  const { seed, ...settings } = spec;
  return { ...settings, engine: resolveEngineName(spec) };
}
