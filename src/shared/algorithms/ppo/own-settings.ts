// Defaults of the `ppo` settings.
import { ppoSpecSchema, type PpoSpec } from './ppo-spec.ts';
import type { OwnSettings } from '../algorithm-record.ts';

const requested = ppoSpecSchema.partial();

export const ppoDefaults: PpoSpec = {
  epochs: 4,
  minibatches: 4,
  clipRange: 0.2,
  finalClipRange: null,
  valueClipRange: null,
  targetKl: null,
};

export type PpoOwnSettings = OwnSettings<typeof ppoSpecSchema, typeof requested>;
export const ppoOwnSettings: PpoOwnSettings = {
  spec: ppoSpecSchema,
  requested,
  complete: (given) => ({ ...ppoDefaults, ...given.tuned, ...given.requested }),
};
