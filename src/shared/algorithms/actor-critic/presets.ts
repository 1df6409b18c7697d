// Settings tuned for one-step TD.
import type { RequestedJobFields } from '../../job-fields/job-fields.ts';
import { cartPoleSettings } from '../a3c/presets.ts';
import type { TunedEnvironment } from '../algorithm-record.ts';

type Settings = RequestedJobFields;

/** One step of experience says little of what an action was worth: advantages are compared with each other. */
const cartPoleTdSettings: Settings = {
  ...cartPoleSettings,
  gaeLambda: 0,
  normalizeObservations: true,
  normalizeAdvantages: true,
  optimizer: { type: 'adam', learningRate: 0.001, criticLearningRate: 0.005, beta1: 0.5, epsilon: 1e-5 },
};

/**
 * The networks of asteinbach's article on MountainCarContinuous. Its agent learned only where luck found the goal early;
 * this one explores with noise that holds for 64 steps, long enough to swing up the hill.
 */
const mountainCarContinuousTdSettings: Settings = {
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

export const actorCriticPresets: readonly TunedEnvironment<'actor-critic', null>[] = [
  {
    environment: 'CartPole-v1',
    description: 'One-step TD: each step is judged by the value of the next alone',
    settings: cartPoleTdSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    description:
      'One-step TD with separate rates and scaled states; explores with gSDE until it finds the hill',
    settings: mountainCarContinuousTdSettings,
  },
];
