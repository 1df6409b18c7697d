// Deep deterministic policy gradients (Lillicrap et al. 2016, arXiv 1509.02971).
import { advantageTraits } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';
import { choice, discount, learningRate, logUniform, separateCritic, type Dimension } from '../dimension.ts';
import type { DdpgSpec } from './ddpg-spec.ts';
import { findDdpgContradictions } from './find-contradictions.ts';
import { ddpgOwnSettings, type DdpgOwnSettings } from './own-settings.ts';
import { ddpgPresets, ddpgSettings } from './presets.ts';

export const ddpg: AlgorithmRecord<'ddpg', DdpgOwnSettings> = {
  name: 'ddpg',
  description: 'a deterministic policy for continuous actions, learned from a replay buffer',
  traits: {
    ...advantageTraits,
    policies: 'own',
    family: 'ddpg',
    // Actor and critic share nothing, and each has its own learning rate.
    ratesNeedTheirNetwork: false,
    learnsSequences: false,
    // Computing a gradient takes longer than sending it, so one buffer is enough: the next gradient is computed while
    // it is away.
    gradientsOnTheWay: 1,
  },
  settings: ddpgOwnSettings,
  defaults: ddpgSettings,
  presets: ddpgPresets,
  findContradictions: findDdpgContradictions,
  listDimensions: (_job, settings) => [
    learningRate,
    separateCritic,
    discount,
    ...replayDimensions,
    listTargetDimension(settings),
    listNoiseDimension(settings),
  ],
  listModels: (_job, { batchSize }, { rows }) => [{ type: 'deterministic', capacity: rows, batchSize }],
  measureReplay: ({ replaySize }) => ({ transitions: replaySize, path: 'ddpg.replaySize' }),
  readMaxKl: () => null,
};

/** How often it learns, and from how much at once. */
const replayDimensions: readonly Dimension[] = [
  { path: 'rolloutLength', distribution: choice(1, 2, 4) },
  { path: 'maxGradientNorm', distribution: choice(1, 5, 25) },
  { path: 'ddpg.batchSize', distribution: choice(32, 64, 128) },
];

function listTargetDimension({ targetUpdate }: DdpgSpec): Dimension {
  return targetUpdate.type === 'soft'
    ? { path: 'ddpg.targetUpdate.fraction', distribution: logUniform(0.001, 0.05) }
    : { path: 'ddpg.targetUpdate.everyUpdates', distribution: choice(30, 100, 300, 1000) };
}

function listNoiseDimension({ noise }: DdpgSpec): Dimension {
  return noise.type === 'gaussian'
    ? { path: 'ddpg.noise.standardDeviation', distribution: logUniform(0.03, 0.6) }
    : { path: 'ddpg.noise.sigma', distribution: logUniform(0.1, 1.5) };
}
