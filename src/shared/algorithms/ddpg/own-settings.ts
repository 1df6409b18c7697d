// Defaults of the `ddpg` settings.
import { isBounded } from '../../spaces/space.ts';
import type { OwnSettings } from '../algorithm-record.ts';
import { ddpgRequestSchema, ddpgSpecSchema, type DdpgSpec } from './ddpg-spec.ts';

/** `invertGradients` depends on the policy and the action space. */
export const ddpgDefaults: Omit<DdpgSpec, 'invertGradients'> = {
  replaySize: 100_000,
  batchSize: 64,
  targetUpdate: { type: 'soft', fraction: 0.005 },
  noise: { type: 'gaussian', standardDeviation: 0.1 },
  warmUp: { criticSteps: 1000, actorSteps: 1000 },
  huberThreshold: null,
};

export type DdpgOwnSettings = OwnSettings<typeof ddpgSpecSchema, typeof ddpgRequestSchema>;
export const ddpgOwnSettings: DdpgOwnSettings = {
  spec: ddpgSpecSchema,
  requested: ddpgRequestSchema,
  complete: ({ tuned, requested, policy, definition: { actionSpace } }) => {
    const isLinear = policy?.type === 'deterministic' && policy.outputActivation !== 'tanh';
    return {
      ...ddpgDefaults,
      invertGradients: isLinear && actionSpace.type === 'box' && isBounded(actionSpace),
      ...tuned,
      ...requested,
      warmUp: { ...ddpgDefaults.warmUp, ...tuned?.warmUp, ...requested?.warmUp },
    };
  },
};
