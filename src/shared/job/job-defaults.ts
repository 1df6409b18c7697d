// Defaults of a job, for fields that neither the request nor a preset sets.
import { noSettings } from '../algorithms/algorithms.ts';
import { noWrappers } from '../environments/wrappers/no-wrappers.ts';
import type { JobSpec } from './job-spec.ts';

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
  ...noSettings,
  wrappers: noWrappers,
  environmentTimeoutSeconds: 60,
  environmentMemoryMegabytes: 1024,
  stop: {
    maxSteps: 1_000_000,
    maxEpisodes: null,
    maxSeconds: null,
    targetReward: null,
    noImprovement: null,
    collapse: null,
  },
  evaluation: { episodes: 10, everySteps: 50_000, confirmationEpisodes: 0 },
  checkpoint: { everySeconds: 10, keep: 2 },
  startFrom: null,
  engine: 'auto',
  name: null,
  metadata: {},
  webhook: null,
  remoteWorkers: 0,
  remotePrecision: 'float32',
  sumRemoteGradients: false,
  maxStaleness: null,
};

/** Defaults of each optimizer, by type. */
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
