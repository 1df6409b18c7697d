// Proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347).
import { advantageRecord, advantageTraits } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';
import { findPpoContradictions } from './find-contradictions.ts';
import { ppoOwnSettings, type PpoOwnSettings } from './own-settings.ts';
import { ppoPresets, ppoSettings } from './presets.ts';

export const ppo: AlgorithmRecord<'ppo', PpoOwnSettings> = {
  ...advantageRecord,
  name: 'ppo',
  description: 'epochs of minibatches with a clipped loss',
  traits: {
    ...advantageTraits,
    learnsInRounds: true,
    gradientsPerRollout: 'several',
    family: 'ppo',
    // Clipping keeps updates small for any network.
    ratesNeedTheirNetwork: false,
  },
  settings: ppoOwnSettings,
  defaults: ppoSettings,
  presets: ppoPresets,
  findContradictions: findPpoContradictions,
  listModels: (_job, { minibatches }, { rows, environments }) => {
    // A second model learns from one minibatch at a time.
    const part = Math.ceil(rows / minibatches);
    return [
      { type: 'actorCritic', capacity: rows, lossRows: rows, environments },
      { type: 'actorCritic', capacity: part, lossRows: part, environments },
    ];
  },
  readMaxKl: ({ targetKl }) => targetKl,
};
