// Uniformly random actions: the baseline for learning.
import { advantageRecord, advantageTraits } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';

export const random: AlgorithmRecord<'random', null> = {
  ...advantageRecord,
  name: 'random',
  description: 'uniform actions',
  traits: { ...advantageTraits, learns: false, ratesNeedTheirNetwork: false },
  presets: [],
  listDimensions: () => [],
};
