// What a job is where neither the request nor a preset says otherwise.
import { noWrappers } from '../environments/wrappers/wrappers-spec.ts';
import type { DdpgSpec } from './ddpg-spec.ts';
import type { JobSpec } from './job-spec.ts';
import type { PpoSpec } from './ppo-spec.ts';

export const jobDefaults: Omit<JobSpec, 'environment' | 'seed' | 'optimizer' | 'policy'> = {
  algorithm: 'a3c',
  workers: 2,
  environmentsPerWorker: 8,
  rolloutLength: 20,
  rolloutEpisodes: null,
  discount: 0.99,
  gaeLambda: 0.95,
  entropyCoefficient: 0.01,
  finalEntropyCoefficient: null,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  finalMaxGradientNorm: null,
  maxGradientValue: null,
  normalizeObservations: false,
  normalizeRewards: false,
  normalizeAdvantages: false,
  network: {
    shared: false,
    layers: [
      { type: 'dense', units: 64, activation: 'tanh' },
      { type: 'dense', units: 64, activation: 'tanh' },
    ],
    initialization: 'orthogonal',
  },
  ppo: null,
  ddpg: null,
  wrappers: noWrappers,
  environmentTimeoutSeconds: 60,
  environmentMemoryMegabytes: 1024,
  stop: { maxSteps: 1_000_000, maxEpisodes: null, maxSeconds: null, targetReward: null },
  evaluation: { episodes: 10, everySteps: 50_000 },
  checkpoint: { everySeconds: 10, keep: 2 },
  startFrom: null,
  engine: 'wasm',
  name: null,
  metadata: {},
};

/** Defaults of each optimizer, by its type. */
export const optimizerDefaults = {
  adam: {
    type: 'adam',
    learningRate: 0.001,
    criticLearningRate: null,
    schedule: 'linear',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
  },
  rmsprop: {
    type: 'rmsprop',
    learningRate: 0.0007,
    criticLearningRate: null,
    schedule: 'linear',
    decay: 0.99,
    momentum: 0,
    epsilon: 1e-5,
  },
} as const;

/** Defaults of ppo's own settings. */
export const ppoDefaults: PpoSpec = {
  epochs: 4,
  minibatches: 4,
  clipRange: 0.2,
  finalClipRange: null,
  valueClipRange: null,
  targetKl: null,
};

/** Defaults of ddpg's own settings; `invertGradients` follows from the policy and the action space. */
export const ddpgDefaults: Omit<DdpgSpec, 'invertGradients'> = {
  replaySize: 100_000,
  batchSize: 64,
  targetUpdate: { type: 'soft', fraction: 0.005 },
  noise: { type: 'gaussian', standardDeviation: 0.1 },
  warmUp: { criticSteps: 1000, actorSteps: 1000 },
  huberThreshold: null,
};
