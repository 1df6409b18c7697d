// Settings that follow from the algorithm and from each other, where neither the request nor a preset says otherwise.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { maxRolloutLength, type JobRequest } from './job-spec.ts';
import type { Preset } from './preset.ts';

/** Episodes per update of reinforce: their mean is a steadier direction than that of one. */
const REINFORCE_EPISODES = 8;

type DerivedSettings = Partial<
  Pick<JobRequest, 'environmentsPerWorker' | 'gaeLambda' | 'rolloutEpisodes' | 'rolloutLength'>
>;

/** What a request implies beyond what it says; a preset made for its algorithm has settled these matters itself. */
export function deriveSettings(
  request: JobRequest,
  preset: Preset | undefined,
  { maxEpisodeSteps }: EnvironmentDefinition,
): DerivedSettings {
  const algorithm = request.algorithm ?? preset?.algorithm;
  const settings = preset?.algorithm === algorithm ? preset?.settings : undefined;
  const episodes = request.rolloutEpisodes ?? settings?.rolloutEpisodes ?? null;
  const derived: DerivedSettings = algorithm === 'actor-critic' ? { gaeLambda: 0 } : {};
  if (algorithm !== 'reinforce' && episodes === null) return derived;
  const limit = maxEpisodeSteps ?? maxRolloutLength;
  const fitting = Math.max(1, Math.floor(maxRolloutLength / limit));
  const rolloutEpisodes = episodes ?? Math.min(REINFORCE_EPISODES, fitting);
  return {
    ...derived,
    rolloutEpisodes,
    rolloutLength: Math.min(maxRolloutLength, rolloutEpisodes * limit),
    environmentsPerWorker: 1,
    // Without a critic there is nothing to trade against: only λ = 1 gives the whole return.
    ...(algorithm === 'reinforce' && { gaeLambda: 1 }),
  };
}
