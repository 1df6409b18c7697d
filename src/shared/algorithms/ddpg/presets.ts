// What ddpg was tuned with, which serves no other algorithm.
import type { TunedEnvironment, TunedSettings } from '../algorithm-record.ts';
import type { DdpgOwnSettings } from './own-settings.ts';

type Settings = TunedSettings<'ddpg', DdpgOwnSettings>;

/** What ddpg needs otherwise than the others, where no preset says more: an update for every step, at a steady rate. */
export const ddpgSettings: Settings = {
  environmentsPerWorker: 1,
  rolloutLength: 1,
  maxGradientNorm: null,
  optimizer: { type: 'adam', learningRate: 0.0005, criticLearningRate: 0.001, schedule: 'constant' },
  network: {
    layers: [
      { type: 'dense', units: 64, activation: 'relu' },
      { type: 'dense', units: 64, activation: 'relu' },
    ],
  },
  policy: { type: 'deterministic', outputActivation: 'linear' },
  stop: { maxSteps: 100_000 },
  evaluation: { episodes: 10, everySteps: 5_000 },
};

/** Pendulum by ddpg: small batches and quick targets suit the thirty thousand steps it takes. */
const pendulumDdpgSettings: Settings = {
  ...ddpgSettings,
  discount: 0.97,
  maxGradientNorm: 1,
  optimizer: { type: 'adam', learningRate: 0.002, criticLearningRate: 0.003, schedule: 'linear' },
  ddpg: {
    batchSize: 64,
    targetUpdate: { type: 'soft', fraction: 0.015 },
    noise: { type: 'gaussian', standardDeviation: 0.3 },
    warmUp: { criticSteps: 500, actorSteps: 500 },
  },
  stop: { maxSteps: 30_000 },
  evaluation: { episodes: 10, everySteps: 10_000 },
};

/** Noise that wanders on for many steps swings the car up now and then, as independent noise never does. */
const mountainCarDdpgSettings: Settings = {
  ...ddpgSettings,
  rolloutLength: 2,
  discount: 0.99,
  optimizer: { type: 'adam', learningRate: 0.0005, criticLearningRate: 0.004, schedule: 'linear' },
  network: {
    layers: [
      { type: 'dense', units: 32, activation: 'relu' },
      { type: 'dense', units: 32, activation: 'relu' },
    ],
  },
  ddpg: {
    batchSize: 64,
    targetUpdate: { type: 'soft', fraction: 0.025 },
    noise: { type: 'ornsteinUhlenbeck', theta: 0.15, sigma: 0.75, timeStep: 0.1 },
    warmUp: { criticSteps: 100, actorSteps: 100 },
  },
  // Not the threshold: the returns of training are those of noisy actions, which cost more.
  stop: { maxSteps: 75_000, targetReward: null },
  evaluation: { episodes: 5, everySteps: 25_000 },
};

export const ddpgPresets: readonly TunedEnvironment<'ddpg', DdpgOwnSettings>[] = [
  {
    environment: 'Pendulum-v1',
    description: 'Swings up and holds after thirty thousand steps: a replay buffer makes the most of each',
    settings: pendulumDdpgSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    description: 'Finds the goal by noise that wanders, and drives there in seventy-five thousand steps',
    settings: mountainCarDdpgSettings,
  },
];
