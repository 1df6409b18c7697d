// Settings tuned for PPO. Other algorithms do not use them.
import type { TunedEnvironment, TunedSettings } from '../algorithm-record.ts';
import type { PpoOwnSettings } from './own-settings.ts';

type Settings = TunedSettings<'ppo', PpoOwnSettings>;

const twoTanhLayers: NonNullable<Settings['network']> = {
  shared: false,
  layers: [
    { type: 'dense', units: 64, activation: 'tanh' },
    { type: 'dense', units: 64, activation: 'tanh' },
  ],
};

/** Defaults of PPO for jobs without a preset: observations and returns of unit scale suit most environments. */
export const ppoSettings: Settings = {
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

const cartPolePpoSettings: Settings = {
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

/** Ten epochs: with four, swings of some eighty steps are the best that most seeds find. */
const acrobotPpoSettings: Settings = {
  ...ppoSettings,
  gaeLambda: 0.94,
  ppo: { epochs: 10, minibatches: 8, clipRange: 0.2 },
  stop: { maxSteps: 1_000_000, targetReward: null },
  evaluation: { episodes: 100, everySteps: 100_000 },
};

/**
 * Two epochs with large steps, from a policy that explores a lot at first. The critic learns faster than the policy.
 */
const pendulumPpoSettings: Settings = {
  ...ppoSettings,
  environmentsPerWorker: 4,
  rolloutLength: 256,
  discount: 0.98,
  gaeLambda: 0.85,
  optimizer: {
    type: 'adam',
    learningRate: 0.003,
    criticLearningRate: 0.005,
    schedule: 'linear',
    beta1: 0.9,
    epsilon: 1e-5,
  },
  policy: { type: 'gaussian', initialLogStandardDeviation: 1 },
  ppo: { epochs: 2, minibatches: 8, clipRange: 0.15 },
  stop: { maxSteps: 300_000, targetReward: null },
  evaluation: { episodes: 50, everySteps: 50_000 },
};

/** Ten epochs, and a discount so near 1 that a swing less is worth it. */
const mountainCarPpoSettings: Settings = {
  ...ppoSettings,
  rolloutLength: 256,
  discount: 0.998,
  gaeLambda: 0.99,
  ppo: { epochs: 10, minibatches: 8, clipRange: 0.2 },
  stop: { maxSteps: 1_000_000, targetReward: null },
  evaluation: { episodes: 100, everySteps: 100_000 },
};

/** Explores like the preset of a3c: with noise that stays the same for many steps. */
const mountainCarContinuousPpoSettings: Settings = {
  ...ppoSettings,
  environmentsPerWorker: 4,
  policy: { type: 'gsde', initialLogStandardDeviation: 0, stepsPerDraw: 32 },
  stop: { maxSteps: 200_000, targetReward: null },
  evaluation: { episodes: 20, everySteps: 100_000 },
};

/** A landing is worth most at its end, hundreds of steps later: a discount near 1. */
const lunarLanderPpoSettings: Settings = {
  ...ppoSettings,
  environmentsPerWorker: 16,
  rolloutLength: 512,
  discount: 0.999,
  gaeLambda: 0.98,
  entropyCoefficient: 0.005,
  ppo: { epochs: 6, minibatches: 32, clipRange: 0.2 },
  stop: { maxSteps: 1_500_000, targetReward: null },
  evaluation: { episodes: 100, everySteps: 250_000 },
};

/** With less noise at first than usual: with more, a seed ended at 269 after 1.5 million steps instead of 287. */
const lunarLanderContinuousPpoSettings: Settings = {
  ...lunarLanderPpoSettings,
  entropyCoefficient: 0,
  policy: { type: 'gaussian', initialLogStandardDeviation: -0.5 },
  ppo: { epochs: 8, minibatches: 32, clipRange: 0.2 },
  stop: { maxSteps: 2_000_000, targetReward: null },
  evaluation: { episodes: 100, everySteps: 400_000 },
};

/**
 * Large rollouts and eight epochs over each. Evaluated often, as between gaits that never fall lie some that do, up to
 * the end of training; and confirmed, as those that fall rarely may not fall in ten episodes.
 */
const bipedalWalkerPpoSettings: Settings = {
  ...ppoSettings,
  environmentsPerWorker: 16,
  rolloutLength: 512,
  ppo: { epochs: 8, minibatches: 32, clipRange: 0.2 },
  stop: { maxSteps: 5_000_000, targetReward: null },
  evaluation: { episodes: 10, everySteps: 80_000, confirmationEpisodes: 60 },
};

/** A rollout has two whole episodes, through which the gradient of the memory flows. */
const memoryChainPpoSettings: Settings = {
  ...ppoSettings,
  environmentsPerWorker: 16,
  rolloutLength: 42,
  discount: 1,
  entropyCoefficient: 0.01,
  normalizeObservations: false,
  normalizeRewards: false,
  optimizer: { type: 'adam', learningRate: 0.003, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  network: { shared: true, layers: [{ type: 'lstm', units: 32 }] },
  stop: { maxSteps: 300_000, targetReward: null },
  evaluation: { episodes: 100, everySteps: 50_000 },
};

/**
 * Returns as they are, so that the rare treasure counts for a thousand moves to the right, and entropy that keeps the
 * ways to it open.
 */
const deepSeaPpoSettings: Settings = {
  ...ppoSettings,
  environmentsPerWorker: 32,
  rolloutLength: 50,
  discount: 1,
  gaeLambda: 1,
  entropyCoefficient: 0.02,
  normalizeObservations: false,
  normalizeRewards: false,
  normalizeAdvantages: false,
  optimizer: { type: 'adam', learningRate: 0.003, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  network: { shared: false, layers: [{ type: 'dense', units: 64, activation: 'tanh' }] },
  stop: { maxSteps: 500_000, targetReward: null },
  evaluation: { episodes: 10, everySteps: 50_000 },
};

/**
 * Rollouts of 2048 steps in minibatches of 64, as usual for robots of MuJoCo, but from eight environments. Little noise
 * at first: with a standard deviation of 1, a seed learned to slide on its back, with a return of 1765.
 */
const halfCheetahPpoSettings: Settings = {
  ...ppoSettings,
  rolloutLength: 256,
  optimizer: { type: 'adam', learningRate: 0.0003, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  policy: { type: 'gaussian', initialLogStandardDeviation: -1.5 },
  ppo: { epochs: 10, minibatches: 32, clipRange: 0.2 },
  workers: 1,
  stop: { maxSteps: 1_000_000, targetReward: null },
  evaluation: { episodes: 10, everySteps: 100_000 },
};

/** The network of Mnih et al. (2016), section 8. Three epochs: its gradients take most of the time. */
const pongPpoSettings: Settings = {
  ...ppoSettings,
  entropyCoefficient: 0.01,
  normalizeRewards: false,
  optimizer: { type: 'adam', learningRate: 0.00035, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  network: {
    shared: true,
    layers: [
      { type: 'conv2d', filters: 16, kernelSize: 8, strides: 4, activation: 'relu' },
      { type: 'conv2d', filters: 32, kernelSize: 4, strides: 2, activation: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: 256, activation: 'relu' },
    ],
  },
  ppo: { epochs: 3, minibatches: 8, clipRange: 0.1 },
  wrappers: { atari: true },
  workers: 2,
  stop: { maxSteps: 4_000_000, targetReward: null },
  evaluation: { episodes: 10, everySteps: 250_000, confirmationEpisodes: 30 },
};

export const ppoPresets: readonly TunedEnvironment<'ppo', PpoOwnSettings>[] = [
  {
    environment: 'CartPole-v1',
    description: 'Twenty epochs over each rollout: the fewest environment steps, but more time for each',
    settings: cartPolePpoSettings,
  },
  {
    environment: 'Acrobot-v1',
    description: 'Swings up in some seventy steps after a million of training',
    settings: acrobotPpoSettings,
  },
  {
    environment: 'Pendulum-v1',
    description: 'Swings up and holds after three hundred thousand steps',
    settings: pendulumPpoSettings,
  },
  {
    environment: 'MountainCar-v0',
    description: 'Drives up in fewer than a hundred steps after a million of training',
    settings: mountainCarPpoSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    description:
      'Finds the way up the hill at once and needs little force, within two hundred thousand steps',
    settings: mountainCarContinuousPpoSettings,
  },
  {
    environment: 'LunarLander-v3',
    description: 'Lands between the flags after half a million steps, and with little fuel after 1.5 million',
    settings: lunarLanderPpoSettings,
  },
  {
    environment: 'LunarLanderContinuous-v3',
    description: 'Lands between the flags with little fuel after two million steps',
    settings: lunarLanderContinuousPpoSettings,
  },
  {
    environment: 'BipedalWalker-v3',
    description: 'Walks to the end after a million steps, with a return of some 300 within five million',
    settings: bipedalWalkerPpoSettings,
  },
  {
    environment: 'MemoryChain-v0',
    description: 'Remembers a bit for twenty steps with an LSTM, after some hundred thousand steps',
    settings: memoryChainPpoSettings,
  },
  {
    environment: 'DeepSea-v0',
    description: 'Finds the treasure in ten rows of sea',
    settings: deepSeaPpoSettings,
  },
  {
    environment: 'gymnasium:HalfCheetah-v5',
    description:
      'Runs after some hundred thousand steps; trains with one worker, over the bridge to Gymnasium',
    settings: halfCheetahPpoSettings,
  },
  {
    environment: 'gymnasium:ALE/Pong-v5',
    description:
      'Wins nearly all points from pixels after four million steps, with two workers over the bridge to Gymnasium',
    settings: pongPpoSettings,
  },
];
