// Proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347).
import { hasRecurrentLayer } from '../../network/recurrent-layers.ts';
import type { JobFields } from '../../job-fields/job-fields.ts';
import { advantageRecord, advantageTraits, listAdvantageDimensions } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';
import { choice, type Dimension } from '../dimension.ts';
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
  listDimensions: (job, { minibatches }) =>
    listAdvantageDimensions(job).map((dimension) => keepDivisible(dimension, job, minibatches)),
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

/** The fewest steps of a rollout among the values that a search draws: two environments, eight steps. */
const fewestSteps = 16;

/** Leaves values with which the minibatches divide a rollout, or its environments if the network has memory. */
function keepDivisible(dimension: Dimension, job: JobFields, minibatches: number): Dimension {
  const { path, distribution } = dimension;
  if (distribution.type !== 'choice') return dimension;
  if (hasRecurrentLayer(job.network)) {
    if (path !== 'environmentsPerWorker') return dimension;
    const values = distribution.values.filter((value) => Number(value) % minibatches === 0);
    return { path, distribution: choice(...(values.length > 0 ? values : [job.environmentsPerWorker])) };
  }
  if (path !== 'rolloutLength') return dimension;
  const factor = Math.ceil(minibatches / fewestSteps);
  return { path, distribution: choice(...distribution.values.map((value) => Number(value) * factor)) };
}
