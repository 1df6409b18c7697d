// Settings tuned for PPO. Other algorithms do not use them.
import type { Preset } from './preset.ts';

const twoTanhLayers: NonNullable<Preset['settings']['network']> = {
  shared: false,
  layers: [
    { type: 'dense', units: 64, activation: 'tanh' },
    { type: 'dense', units: 64, activation: 'tanh' },
  ],
};

/** PPO where no preset says more: observations and returns of unit scale suit most environments. */
export const ppoSettings: Preset['settings'] = {
  environmentsPerWorker: 8,
  rolloutLength: 128,
  discount: 0.99,
  gaeLambda: 0.95,
  entropyCoefficient: 0,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  normalizeObservations: true,
  normalizeRewards: true,
  normalizeAdvantages: true,
  optimizer: { type: 'adam', learningRate: 0.001, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  network: twoTanhLayers,
  ppo: { epochs: 4, minibatches: 4, clipRange: 0.2 },
};

export const cartPolePpoSettings: Preset['settings'] = {
  ...ppoSettings,
  environmentsPerWorker: 4,
  rolloutLength: 32,
  discount: 0.98,
  gaeLambda: 0.8,
  normalizeObservations: false,
  normalizeRewards: false,
  ppo: { epochs: 20, minibatches: 1, clipRange: 0.2 },
  stop: { maxSteps: 200_000 },
  evaluation: { episodes: 20, everySteps: 20_000 },
};

export const acrobotPpoSettings: Preset['settings'] = {
  ...ppoSettings,
  gaeLambda: 0.94,
  stop: { maxSteps: 500_000, targetReward: null },
  evaluation: { episodes: 20, everySteps: 50_000 },
};

/** Two epochs in large steps: three hundred thousand steps take a second. */
export const pendulumPpoSettings: Preset['settings'] = {
  ...ppoSettings,
  environmentsPerWorker: 4,
  rolloutLength: 256,
  discount: 0.95,
  optimizer: { type: 'adam', learningRate: 0.003, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  policy: { type: 'gaussian' },
  ppo: { epochs: 2, minibatches: 8, clipRange: 0.2 },
  stop: { maxSteps: 300_000, targetReward: null },
  evaluation: { episodes: 40, everySteps: 50_000 },
};
