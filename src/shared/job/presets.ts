// Tuned settings as data. A job is defaults ← environment defaults ← preset ← request, field by field.
import { mountainCarDdpgSettings, pendulumDdpgSettings } from './ddpg-settings.ts';
import { acrobotPpoSettings, cartPolePpoSettings, pendulumPpoSettings } from './ppo-settings.ts';
import type { Preset } from './preset.ts';

/** The tutorial's network and rewards, with settings that hold for one to four workers, asynchronous or not. */
const cartPoleSettings: Preset['settings'] = {
  environmentsPerWorker: 4,
  rolloutLength: 32,
  gaeLambda: 1,
  entropyCoefficient: 0.001,
  // Returns are near 100, their squared errors in the thousands: at full weight, clipping would leave the policy nothing.
  valueCoefficient: 0.005,
  maxGradientNorm: 0.5,
  // A short memory of past gradients suits asynchronous ones, whose directions are already delayed.
  optimizer: { type: 'adam', learningRate: 0.003, criticLearningRate: 0.005, beta1: 0.5, epsilon: 1e-5 },
  network: { layers: [{ type: 'dense', units: 100, activation: 'relu' }] },
  stop: { maxSteps: 500_000 },
  evaluation: { episodes: 10, everySteps: 25_000 },
};

/** One step of experience says little of what an action was worth: advantages are compared with each other. */
const cartPoleTdSettings: Preset['settings'] = {
  ...cartPoleSettings,
  gaeLambda: 0,
  normalizeObservations: true,
  normalizeAdvantages: true,
  optimizer: { type: 'adam', learningRate: 0.001, criticLearningRate: 0.005, beta1: 0.5, epsilon: 1e-5 },
};

/** Statistics of observations and returns that all workers share make one step size fit these environments. */
const normalized = { normalizeObservations: true, normalizeRewards: true } as const;

const acrobotSettings: Preset['settings'] = {
  ...normalized,
  normalizeAdvantages: true,
  environmentsPerWorker: 4,
  rolloutLength: 64,
  discount: 0.995,
  gaeLambda: 1,
  entropyCoefficient: 0.01,
  finalEntropyCoefficient: 0,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  optimizer: { type: 'adam', learningRate: 0.0016, criticLearningRate: 0.0047, beta1: 0.5, epsilon: 1e-5 },
  network: { layers: [{ type: 'dense', units: 128, activation: 'tanh' }] },
  // Far better policies than the threshold asks for are still to be learned when it is reached.
  stop: { maxSteps: 500_000, targetReward: null },
  evaluation: { episodes: 50, everySteps: 25_000 },
};

const mountainCarSettings: Preset['settings'] = {
  ...normalized,
  environmentsPerWorker: 2,
  // Shorter rollouts settle for two swings where one would do.
  rolloutLength: 128,
  discount: 0.995,
  gaeLambda: 0.99,
  entropyCoefficient: 0,
  valueCoefficient: 0.25,
  maxGradientNorm: 0.25,
  optimizer: { type: 'adam', learningRate: 0.004, criticLearningRate: 0.008, beta1: 0.5, epsilon: 1e-5 },
  network: {
    layers: [
      { type: 'dense', units: 32, activation: 'tanh' },
      { type: 'dense', units: 32, activation: 'tanh' },
    ],
  },
  stop: { maxSteps: 1_000_000, targetReward: null },
  evaluation: { episodes: 100, everySteps: 50_000 },
};

const mountainCarContinuousSettings: Preset['settings'] = {
  ...normalized,
  environmentsPerWorker: 4,
  rolloutLength: 100,
  discount: 0.995,
  gaeLambda: 1,
  entropyCoefficient: 0,
  policy: { type: 'gsde', initialLogStandardDeviation: 0, stepsPerDraw: 32 },
  stop: { maxSteps: 300_000, targetReward: null },
  evaluation: { episodes: 20, everySteps: 25_000 },
};

const pendulumSettings: Preset['settings'] = {
  ...normalized,
  environmentsPerWorker: 8,
  rolloutLength: 16,
  discount: 0.97,
  gaeLambda: 0.95,
  entropyCoefficient: 0.01,
  finalEntropyCoefficient: 0,
  valueCoefficient: 0.4,
  maxGradientNorm: 0.5,
  optimizer: { type: 'adam', learningRate: 0.00058, criticLearningRate: 0.0067, beta1: 0.5, epsilon: 1e-5 },
  network: {
    layers: [
      { type: 'dense', units: 64, activation: 'relu' },
      { type: 'dense', units: 64, activation: 'relu' },
    ],
  },
  policy: { type: 'gaussian', initialLogStandardDeviation: 0.5 },
  stop: { maxSteps: 1_000_000 },
  evaluation: { episodes: 50, everySteps: 50_000 },
};

/** Two layers of five units, as in van Heeswijk's example. The advantages' mean of 0 is the baseline it does without. */
const gaussianTargetSettings: Preset['settings'] = {
  network: {
    layers: [
      { type: 'dense', units: 5, activation: 'relu' },
      { type: 'dense', units: 5, activation: 'relu' },
    ],
  },
  policy: { type: 'gaussian', initialLogStandardDeviation: 0, minimumStandardDeviation: 0.05 },
  environmentsPerWorker: 1,
  rolloutEpisodes: 64,
  rolloutLength: 64,
  gaeLambda: 1,
  normalizeAdvantages: true,
  entropyCoefficient: 0,
  maxGradientNorm: 1,
  optimizer: { type: 'adam', learningRate: 0.003 },
  stop: { maxSteps: 600_000 },
  evaluation: { episodes: 10, everySteps: 50_000 },
};

/** Whole episodes, weighed against each other. */
const cartPoleReinforceSettings: Preset['settings'] = {
  environmentsPerWorker: 1,
  rolloutEpisodes: 8,
  rolloutLength: 4000,
  gaeLambda: 1,
  normalizeAdvantages: true,
  entropyCoefficient: 0.001,
  optimizer: { type: 'adam', learningRate: 0.01, beta1: 0.5, epsilon: 1e-5 },
  network: { layers: [{ type: 'dense', units: 100, activation: 'relu' }] },
  stop: { maxSteps: 1_000_000 },
  evaluation: { episodes: 10, everySteps: 25_000 },
};

/**
 * The networks of asteinbach's article on MountainCarContinuous. Its agent learned only where luck found the goal early;
 * this one explores with noise that holds for 64 steps, long enough to swing up the hill.
 */
const mountainCarContinuousTdSettings: Preset['settings'] = {
  environmentsPerWorker: 4,
  rolloutLength: 100,
  discount: 0.995,
  entropyCoefficient: 0,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  normalizeObservations: true,
  optimizer: { type: 'adam', learningRate: 0.00015, criticLearningRate: 0.001, beta1: 0.5, epsilon: 1e-5 },
  network: {
    layers: [
      { type: 'dense', units: 40, activation: 'elu' },
      { type: 'dense', units: 40, activation: 'elu' },
    ],
    valueLayers: [
      { type: 'dense', units: 400, activation: 'elu' },
      { type: 'dense', units: 400, activation: 'elu' },
    ],
  },
  policy: { type: 'gsde', initialLogStandardDeviation: -0.5, stepsPerDraw: 64 },
  stop: { maxSteps: 300_000, targetReward: null },
  evaluation: { episodes: 20, everySteps: 25_000 },
};

const catchSettings: Preset['settings'] = {
  environmentsPerWorker: 8,
  rolloutLength: 20,
  discount: 0.95,
  gaeLambda: 0.9,
  entropyCoefficient: 0.0033,
  valueCoefficient: 0.17,
  maxGradientNorm: 1,
  optimizer: { type: 'adam', learningRate: 0.0015, beta1: 0.9, epsilon: 1e-5 },
  network: {
    shared: true,
    layers: [
      { type: 'conv2d', filters: 16, kernelSize: 3, strides: 1, activation: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: 64, activation: 'relu' },
    ],
  },
  stop: { maxSteps: 500_000 },
  evaluation: { episodes: 20, everySteps: 50_000 },
};

/** Angles are small numbers and their changes smaller still: a dense layer before the memory makes them out. */
const cartPolePositionsSettings: Preset['settings'] = {
  environmentsPerWorker: 8,
  rolloutLength: 32,
  discount: 0.98,
  gaeLambda: 1,
  entropyCoefficient: 0.0017,
  valueCoefficient: 0.023,
  maxGradientNorm: 1,
  optimizer: { type: 'adam', learningRate: 0.0046, criticLearningRate: 0.0022, beta1: 0.9, epsilon: 1e-5 },
  network: {
    layers: [
      { type: 'dense', units: 64, activation: 'tanh' },
      { type: 'lstm', units: 48 },
    ],
  },
  stop: { maxSteps: 1_000_000 },
  evaluation: { episodes: 10, everySteps: 100_000 },
};

const identitySettings: Preset['settings'] = {
  rolloutLength: 8,
  discount: 0,
  network: { layers: [{ type: 'dense', units: 16, activation: 'relu' }] },
  optimizer: { type: 'adam', learningRate: 0.01 },
  stop: { maxSteps: 100_000 },
  evaluation: { episodes: 10, everySteps: 5_000 },
};

export const presets: readonly Preset[] = [
  {
    environment: 'CartPole-v1',
    algorithm: 'a3c',
    description: 'The network of the TensorFlow A3C tutorial, solved in a fraction of a second',
    settings: cartPoleSettings,
  },
  {
    environment: 'CartPole-v1',
    algorithm: 'a2c',
    description: 'The same with a barrier: bitwise reproducible for a seed and a number of workers',
    settings: cartPoleSettings,
  },
  {
    environment: 'CartPole-v1',
    algorithm: 'ppo',
    description: 'Twenty epochs over each rollout: fewest steps of the environment, more time for each',
    settings: cartPolePpoSettings,
  },
  {
    environment: 'CartPole-v0',
    algorithm: 'a3c',
    description: 'The older CartPole with a limit of 200 steps',
    settings: cartPoleSettings,
  },
  {
    environment: 'CartPole-v1',
    algorithm: 'reinforce',
    description: 'Whole episodes without a critic',
    settings: cartPoleReinforceSettings,
  },
  {
    environment: 'CartPole-v1',
    algorithm: 'actor-critic',
    description: 'One-step TD: each step is judged by the value of the next alone',
    settings: cartPoleTdSettings,
  },
  {
    environment: 'Acrobot-v1',
    algorithm: 'a3c',
    description: 'Swings up in some eighty steps after half a million of training',
    settings: acrobotSettings,
  },
  {
    environment: 'Acrobot-v1',
    algorithm: 'a2c',
    description: 'The same with a barrier',
    settings: acrobotSettings,
  },
  {
    environment: 'Acrobot-v1',
    algorithm: 'ppo',
    description: 'Swings up in some eighty steps after half a million of training',
    settings: acrobotPpoSettings,
  },
  {
    environment: 'MountainCar-v0',
    algorithm: 'a3c',
    description: 'Finds the swings that take fewest steps, within a million',
    settings: mountainCarSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    algorithm: 'a3c',
    description: 'Smooth exploration finds the hill at once; efficient within 300 000 steps',
    settings: mountainCarContinuousSettings,
  },
  {
    environment: 'Pendulum-v1',
    algorithm: 'a3c',
    description: 'A Gaussian policy that swings up and holds within a million steps',
    settings: pendulumSettings,
  },
  {
    environment: 'Pendulum-v1',
    algorithm: 'a2c',
    description: 'The same with a barrier',
    settings: pendulumSettings,
  },
  {
    environment: 'Pendulum-v1',
    algorithm: 'ppo',
    description: 'Swings up and holds after three hundred thousand steps',
    settings: pendulumPpoSettings,
  },
  {
    environment: 'GaussianTarget-v0',
    algorithm: 'reinforce',
    description: 'A mean that finds 4 and a deviation that shrinks around it; watch policyMean in the curve',
    settings: gaussianTargetSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    algorithm: 'actor-critic',
    description:
      'One-step TD with separate rates and scaled states; explores with gSDE until it finds the hill',
    settings: mountainCarContinuousTdSettings,
  },
  {
    environment: 'Pendulum-v1',
    algorithm: 'ddpg',
    description: 'Swings up and holds after thirty thousand steps: a replay buffer makes the most of each',
    settings: pendulumDdpgSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    algorithm: 'ddpg',
    description: 'Finds the goal by noise that wanders, and drives there in seventy-five thousand steps',
    settings: mountainCarDdpgSettings,
  },
  {
    environment: 'Catch-v0',
    algorithm: 'a3c',
    description: 'A small convolution on the picture: the threshold of 4.5 after some 170 thousand steps',
    settings: catchSettings,
  },
  {
    environment: 'CartPolePositions-v0',
    algorithm: 'a3c',
    description: 'An LSTM remembers where things were: solved after some 300 thousand steps',
    settings: cartPolePositionsSettings,
  },
  {
    environment: 'Identity-v0',
    algorithm: 'a3c',
    description: 'Learned within a second: for first steps and tests',
    settings: identitySettings,
  },
  {
    environment: 'MaskedIdentity-v0',
    algorithm: 'a3c',
    description: 'Learned within a second, with forbidden actions',
    settings: identitySettings,
  },
];
