// Settings that follow from the algorithm and from other settings, if neither the request nor a preset sets them.
import { findAlgorithm } from '../algorithms/algorithms.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { maxRolloutLength } from '../job-fields/job-fields.ts';
import type { Algorithm, JobRequest } from './job-spec.ts';
import type { Preset } from './preset.ts';

type DerivedSettings = Partial<
  Pick<JobRequest, 'environmentsPerWorker' | 'gaeLambda' | 'rolloutEpisodes' | 'rolloutLength'>
>;

export interface DerivationContext {
  readonly algorithm: Algorithm;
  readonly preset: Preset | undefined;
  /** With the job's wrappers. */
  readonly definition: EnvironmentDefinition;
}

/** Derives settings from a request. A preset of the same algorithm has set these already. */
export function deriveSettings(
  request: JobRequest,
  { algorithm, preset, definition: { maxEpisodeSteps, hasFewWorlds = false } }: DerivationContext,
): DerivedSettings {
  const { wholeEpisodes, gaeLambda } = findAlgorithm(algorithm).traits;
  const settings = preset?.algorithm === algorithm ? preset.settings : undefined;
  const episodes = request.rolloutEpisodes ?? settings?.rolloutEpisodes ?? null;
  const derived: DerivedSettings = {
    ...(gaeLambda !== null && { gaeLambda }),
    // A worker gets all its worlds at once, and a peer often has one.
    ...(hasFewWorlds && { environmentsPerWorker: 1 }),
  };
  if (wholeEpisodes === null && episodes === null) return derived;
  const limit = maxEpisodeSteps ?? maxRolloutLength;
  const fitting = Math.max(1, Math.floor(maxRolloutLength / limit));
  const rolloutEpisodes = episodes ?? Math.min(wholeEpisodes ?? 1, fitting);
  return {
    ...derived,
    rolloutEpisodes,
    rolloutLength: Math.min(maxRolloutLength, rolloutEpisodes * limit),
    environmentsPerWorker: 1,
  };
}
