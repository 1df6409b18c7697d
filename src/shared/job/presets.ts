// Tuned settings as data. A job is defaults ← environment defaults ← preset ← request, field by field.
import type { Algorithm, JobRequest, JobSpec } from './job-spec.ts';

/** A preset is a job request with a reason. */
export interface Preset {
  readonly environment: string;
  readonly algorithm: Algorithm;
  readonly description: string;
  readonly settings: Omit<JobRequest, 'environment' | 'algorithm'>;
}

/** What holds where neither the request nor a preset says otherwise. */
export const jobDefaults: Omit<JobSpec, 'environment' | 'seed' | 'optimizer' | 'policy'> = {
  algorithm: 'a3c',
  workers: 2,
  environmentsPerWorker: 8,
  rolloutLength: 20,
  discount: 0.99,
  gaeLambda: 0.95,
  entropyCoefficient: 0.01,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  network: {
    shared: false,
    layers: [
      { type: 'dense', units: 64, activation: 'tanh' },
      { type: 'dense', units: 64, activation: 'tanh' },
    ],
    initialization: 'orthogonal',
  },
  stop: { maxSteps: 1_000_000, maxEpisodes: null, maxSeconds: null, targetReward: null },
  evaluation: { episodes: 10, everySteps: 50_000 },
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

export const presets: readonly Preset[] = [
  {
    environment: 'CartPole-v1',
    algorithm: 'a3c',
    description: 'The tutorial network, solved in a fraction of a second',
    settings: {
      network: { layers: [{ type: 'dense', units: 100, activation: 'relu' }] },
      stop: { maxSteps: 500_000 },
    },
  },
];
