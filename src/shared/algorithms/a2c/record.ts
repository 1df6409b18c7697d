// Synchronous variant of A3C: workers wait for each other, and the mean of their gradients is applied.
import { advantageRecord, advantageTraits } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';
import { a2cPresets } from './presets.ts';

export const a2c: AlgorithmRecord<'a2c', null> = {
  ...advantageRecord,
  name: 'a2c',
  description: 'a3c with a barrier, bitwise reproducible',
  traits: { ...advantageTraits, learnsInRounds: true },
  presets: a2cPresets,
};
