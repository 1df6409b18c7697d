// Common part of the algorithms that learn from advantages: one gradient for each rollout, by one model.
import type { JobFields } from '../job-fields/job-fields.ts';
import type { AlgorithmRecord, AlgorithmTraits, RolloutSize } from './algorithm-record.ts';
import {
  listCriticDimensions,
  listRolloutDimensions,
  manyStepReturns,
  policyDimensions,
  type Dimension,
} from './dimension.ts';

export const advantageTraits: AlgorithmTraits = {
  learns: true,
  hasCritic: true,
  learnsInRounds: false,
  gradientsPerRollout: 'one',
  policies: 'any',
  family: 'advantage actor-critic',
  ratesNeedTheirNetwork: true,
  learnsSequences: true,
  wholeEpisodes: null,
  gaeLambda: null,
  gradientsOnTheWay: null,
};

/** Default record of this family. A record replaces fields of it, e.g. `settings` by its own. */
export const advantageRecord = {
  traits: advantageTraits,
  settings: null,
  defaults: {},
  findContradictions: () => [],
  listDimensions: listAdvantageDimensions,
  listModels: (_job: JobFields, _settings: unknown, { rows, environments }: RolloutSize) => [
    { type: 'actorCritic', capacity: rows, lossRows: rows, environments },
  ],
  measureReplay: () => null,
  readMaxKl: () => null,
} as const satisfies Omit<AlgorithmRecord<string, null>, 'name' | 'description' | 'presets'>;

export function listAdvantageDimensions(job: JobFields): readonly Dimension[] {
  return [...policyDimensions, ...listCriticDimensions(job), manyStepReturns, ...listRolloutDimensions(job)];
}
