// Settings tuned for one to four asynchronous workers.
import type { RequestedJobFields } from '../../job-fields/job-fields.ts';
import type { TunedEnvironment } from '../algorithm-record.ts';

type Settings = RequestedJobFields;

/** Network and rewards of TensorFlow's A3C tutorial, with settings for one to four workers, asynchronous or not. */
export const cartPoleSettings: Settings = {
  environmentsPerWorker: 4,
  rolloutLength: 32,
  gaeLambda: 1,
  entropyCoefficient: 0.001,
  // Returns are near 100, so their squared errors are in the thousands. At full weight, clipping would leave nothing
  // for the policy.
  valueCoefficient: 0.005,
  maxGradientNorm: 0.5,
  // A short memory of past gradients suits asynchronous workers, because their directions are already delayed.
  optimizer: { type: 'adam', learningRate: 0.003, criticLearningRate: 0.005, beta1: 0.5, epsilon: 1e-5 },
  network: { layers: [{ type: 'dense', units: 100, activation: 'relu' }] },
  stop: { maxSteps: 500_000 },
  evaluation: { episodes: 10, everySteps: 25_000 },
};

/** Statistics of observations and returns, shared by all workers, make one step size fit these environments. */
const normalized = { normalizeObservations: true, normalizeRewards: true } as const;

export const acrobotSettings: Settings = {
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
  // Training continues beyond the threshold, because far better policies can still be learned.
  stop: { maxSteps: 500_000, targetReward: null },
  evaluation: { episodes: 50, everySteps: 25_000 },
};

const mountainCarSettings: Settings = {
  ...normalized,
  environmentsPerWorker: 2,
  // Shorter rollouts learn policies with two swings where one is enough.
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

const mountainCarContinuousSettings: Settings = {
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

export const pendulumSettings: Settings = {
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

const catchSettings: Settings = {
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

/** Angles are small numbers, and their changes even smaller. A dense layer before the memory amplifies them. */
const cartPolePositionsSettings: Settings = {
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

/** Gradients of 512 steps, so that they have little noise and large steps are possible. */
const lunarLanderSettings: Settings = {
  ...normalized,
  normalizeAdvantages: true,
  environmentsPerWorker: 16,
  rolloutLength: 32,
  discount: 0.995,
  gaeLambda: 0.98,
  entropyCoefficient: 0.01,
  finalEntropyCoefficient: 0,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  optimizer: { type: 'adam', learningRate: 0.002, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  network: {
    shared: false,
    layers: [
      { type: 'dense', units: 64, activation: 'tanh' },
      { type: 'dense', units: 64, activation: 'tanh' },
    ],
  },
  stop: { maxSteps: 3_000_000, targetReward: null },
  evaluation: { episodes: 50, everySteps: 250_000 },
};

/** Little noise in the actions at the start, and steps half as large as those for discrete actions. */
const halfCheetahSettings: Settings = {
  ...lunarLanderSettings,
  environmentsPerWorker: 8,
  workers: 2,
  discount: 0.99,
  gaeLambda: 0.95,
  entropyCoefficient: 0,
  finalEntropyCoefficient: null,
  policy: { type: 'gaussian', initialLogStandardDeviation: -1 },
  optimizer: { type: 'adam', learningRate: 0.001, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  stop: { maxSteps: 1_000_000, targetReward: null },
  evaluation: { episodes: 10, everySteps: 100_000 },
};

/** A rollout has two whole episodes, through which the gradient of the memory flows. */
const memoryChainSettings: Settings = {
  environmentsPerWorker: 16,
  rolloutLength: 42,
  discount: 1,
  gaeLambda: 0.95,
  entropyCoefficient: 0.01,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  normalizeAdvantages: true,
  optimizer: { type: 'adam', learningRate: 0.003, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  network: { shared: true, layers: [{ type: 'lstm', units: 32 }] },
  stop: { maxSteps: 300_000, targetReward: null },
  evaluation: { episodes: 100, everySteps: 50_000 },
};

/** Advantages as they are, so that the rare treasure counts for a thousand moves to the right. */
const deepSeaSettings: Settings = {
  environmentsPerWorker: 32,
  rolloutLength: 50,
  discount: 1,
  gaeLambda: 1,
  entropyCoefficient: 0.02,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  optimizer: { type: 'adam', learningRate: 0.003, schedule: 'linear', beta1: 0.9, epsilon: 1e-5 },
  network: { shared: false, layers: [{ type: 'dense', units: 64, activation: 'tanh' }] },
  stop: { maxSteps: 500_000, targetReward: null },
  evaluation: { episodes: 10, everySteps: 50_000 },
};

const identitySettings: Settings = {
  rolloutLength: 8,
  discount: 0,
  network: { layers: [{ type: 'dense', units: 16, activation: 'relu' }] },
  optimizer: { type: 'adam', learningRate: 0.01 },
  stop: { maxSteps: 100_000 },
  evaluation: { episodes: 10, everySteps: 5_000 },
};

export const a3cPresets: readonly TunedEnvironment<'a3c', null>[] = [
  {
    environment: 'CartPole-v1',
    description: 'The network of the TensorFlow A3C tutorial, solved in a fraction of a second',
    settings: cartPoleSettings,
  },
  {
    environment: 'CartPole-v0',
    description: 'CartPole with the older limit of 200 steps',
    settings: cartPoleSettings,
  },
  {
    environment: 'Acrobot-v1',
    description: 'Swings up in some eighty steps after half a million of training',
    settings: acrobotSettings,
  },
  {
    environment: 'MountainCar-v0',
    description: 'Finds the swings that take the fewest steps, within a million steps',
    settings: mountainCarSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    description: 'Smooth exploration finds the hill at once; efficient within 300 000 steps',
    settings: mountainCarContinuousSettings,
  },
  {
    environment: 'Pendulum-v1',
    description: 'A Gaussian policy that swings up and holds within a million steps',
    settings: pendulumSettings,
  },
  {
    environment: 'Catch-v0',
    description: 'A small convolution on the picture: the threshold of 4.5 after some 170 thousand steps',
    settings: catchSettings,
  },
  {
    environment: 'CartPolePositions-v0',
    description: 'An LSTM remembers where things were: solved after some 300 thousand steps',
    settings: cartPolePositionsSettings,
  },
  {
    environment: 'LunarLander-v3',
    description: 'Lands between the flags within three million steps; ppo reaches a higher return',
    settings: lunarLanderSettings,
    isSecondChoice: true,
  },
  {
    environment: 'LunarLanderContinuous-v3',
    description: 'Reaches a return of some 170 within three million steps; ppo reaches 280',
    settings: lunarLanderSettings,
    isSecondChoice: true,
  },
  {
    environment: 'gymnasium:HalfCheetah-v5',
    description: 'Runs within a million steps, over the bridge to Gymnasium; ppo runs faster',
    settings: halfCheetahSettings,
    isSecondChoice: true,
  },
  {
    environment: 'MemoryChain-v0',
    description: 'Remembers a bit for twenty steps with an LSTM, after fifty thousand steps',
    settings: memoryChainSettings,
    isSecondChoice: true,
  },
  {
    environment: 'DeepSea-v0',
    description: 'Finds the treasure in ten rows of sea, after a hundred thousand steps',
    settings: deepSeaSettings,
    isSecondChoice: true,
  },
  {
    environment: 'Identity-v0',
    description: 'Learned within a second: for first steps and tests',
    settings: identitySettings,
  },
  {
    environment: 'MaskedIdentity-v0',
    description: 'Learned within a second, with forbidden actions',
    settings: identitySettings,
  },
];
