// Asynchronous advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783).
import { advantageRecord } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';
import { a3cPresets } from './presets.ts';

export const a3c: AlgorithmRecord<'a3c', null> = {
  ...advantageRecord,
  name: 'a3c',
  description: 'asynchronous workers',
  presets: a3cPresets,
};
