// REINFORCE (Williams 1992): whole episodes, without a critic.
import type { EnvironmentDefinition } from '../../environments/environment.ts';
import type { InputIssue } from '../../errors/app-error.ts';
import type { JobFields } from '../../job-fields/job-fields.ts';
import { advantageRecord, advantageTraits } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';
import { policyDimensions } from '../dimension.ts';
import { reinforcePresets } from './presets.ts';

export const reinforce: AlgorithmRecord<'reinforce', null> = {
  ...advantageRecord,
  name: 'reinforce',
  description: 'whole episodes without a critic',
  traits: {
    ...advantageTraits,
    hasCritic: false,
    // The mean of several episodes gives a more stable direction than one episode.
    wholeEpisodes: 8,
    // Without a critic, only λ = 1 gives the whole return.
    gaeLambda: 1,
  },
  presets: reinforcePresets,
  findContradictions: (job, _settings, definition) => findPartialEpisodes(job, definition),
  listDimensions: () => policyDimensions,
};

function findPartialEpisodes(
  { rolloutEpisodes: episodes, rolloutLength }: JobFields,
  { id, maxEpisodeSteps: limit }: EnvironmentDefinition,
): InputIssue[] {
  if (episodes === null) {
    return [{ path: 'rolloutEpisodes', message: 'reinforce learns from whole episodes: set their number' }];
  }
  if (limit === null) {
    return [{ path: 'algorithm', message: `reinforce needs episodes that end, but ${id} has no time limit` }];
  }
  if (rolloutLength >= episodes * limit) return [];
  return [
    {
      path: 'rolloutLength',
      message: `${episodes} whole episodes of ${id} can take ${episodes * limit} steps; rolloutLength must be at least that for reinforce`,
    },
  ];
}
