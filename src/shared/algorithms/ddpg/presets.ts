// Settings tuned for DDPG. Other algorithms do not use them.
import type { TunedEnvironment, TunedSettings } from '../algorithm-record.ts';
import type { DdpgOwnSettings } from './own-settings.ts';

type Settings = TunedSettings<'ddpg', DdpgOwnSettings>;

/** Defaults of ddpg for jobs without a preset: an update for every step, at a constant rate. */
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

/** Pendulum: small batches and fast targets suit its thirty thousand steps. */
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

/** Noise that moves the same way for many steps sometimes swings the car up; independent noise never does. */
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
  // No target: the returns of training include noisy actions, which cost more than the threshold allows.
  stop: { maxSteps: 75_000, targetReward: null },
  evaluation: { episodes: 5, everySteps: 25_000 },
};

export const ddpgPresets: readonly TunedEnvironment<'ddpg', DdpgOwnSettings>[] = [
  {
    environment: 'Pendulum-v1',
    description: 'Swings up and holds after thirty thousand steps, because it replays each step many times',
    settings: pendulumDdpgSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    description: 'Finds the goal with correlated noise, within seventy-five thousand steps',
    settings: mountainCarDdpgSettings,
  },
];
