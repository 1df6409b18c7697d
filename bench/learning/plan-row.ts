// Job of a row for its seeds to train, or what is missing for it.
import { isDeepStrictEqual } from 'node:util';
import {
  jobRequestSchema,
  presets,
  resolveJobSpec,
  type EnvironmentDefinition,
  type JobSpec,
} from '../../src/index.ts';
import { resolveEngineName } from '../../src/shared/engines/engine-choice.ts';
import { inspectNetwork } from '../../src/shared/job/inspect-network.ts';
import { storedJobSpecSchema } from '../../src/shared/job/stored-job-spec.ts';
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
export function describeSettings({ spec }: Pick<PlannedRow, 'spec'>): Record<string, unknown> {
  const { seed, ...settings } = spec;
  return { ...settings, engine: resolveEngineName(spec) };
}

/**
 * Whether recorded settings are those of the job. Fields that came later count with their defaults, which is what
 * earlier versions did.
 */
export function hasSettings(
  recorded: Readonly<Record<string, unknown>>,
  { spec }: Pick<PlannedRow, 'spec'>,
): boolean {
  const read = storedJobSpecSchema.safeParse({ ...recorded, seed: spec.seed });
  return read.success && isDeepStrictEqual(describeSettings({ spec: read.data }), describeSettings({ spec }));
}
