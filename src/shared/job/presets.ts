// Tuned settings as data. A job is defaults ← environment defaults ← preset ← request, field by field.
import type { Algorithm, JobRequest } from './job-spec.ts';

/** A preset is a job request with a reason. */
export interface Preset {
  readonly environment: string;
  readonly algorithm: Algorithm;
  readonly description: string;
  readonly settings: Omit<JobRequest, 'environment' | 'algorithm'>;
}

/** What ddpg needs otherwise than the others, where no preset says more: an update for every step, at a steady rate. */
export const ddpgSettings: Preset['settings'] = {
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
  environmentsPerWorker: 4,
  // Shorter rollouts settle for two swings where one would do.
  rolloutLength: 128,
  discount: 0.995,
  gaeLambda: 1,
  entropyCoefficient: 0,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
  optimizer: { type: 'adam', learningRate: 0.0019, criticLearningRate: 0.0024, beta1: 0.5, epsilon: 1e-5 },
  stop: { maxSteps: 1_000_000, targetReward: null },
  evaluation: { episodes: 50, everySteps: 50_000 },
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
 * this one explores with noise that holds for a hundred steps, long enough to swing up the hill.
 */
const mountainCarContinuousTdSettings: Preset['settings'] = {
  environmentsPerWorker: 8,
  rolloutLength: 16,
  discount: 0.98,
  entropyCoefficient: 0,
  normalizeObservations: true,
  normalizeRewards: true,
  optimizer: { type: 'adam', learningRate: 0.0005, criticLearningRate: 0.003 },
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
  policy: { type: 'gsde', initialLogStandardDeviation: -0.5, stepsPerDraw: 100 },
  stop: { maxSteps: 400_000, targetReward: null },
  evaluation: { episodes: 20, everySteps: 50_000 },
};

/** Pendulum by ddpg: small batches and quick targets suit the thirty thousand steps it takes. */
const pendulumDdpgSettings: Preset['settings'] = {
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
const mountainCarDdpgSettings: Preset['settings'] = {
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
