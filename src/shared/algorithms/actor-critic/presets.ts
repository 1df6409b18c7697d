// Settings tuned for one-step TD.
import type { RequestedJobFields } from '../../job-fields/job-fields.ts';
import { cartPoleSettings } from '../a3c/presets.ts';
import type { TunedEnvironment } from '../algorithm-record.ts';

type Settings = RequestedJobFields;

/** One step of experience says little about the worth of an action, so advantages are compared with each other. */
const cartPoleTdSettings: Settings = {
  ...cartPoleSettings,
  gaeLambda: 0,
  normalizeObservations: true,
  normalizeAdvantages: true,
  optimizer: { type: 'adam', learningRate: 0.001, criticLearningRate: 0.005, beta1: 0.5, epsilon: 1e-5 },
};

/**
 * Networks of asteinbach's article on MountainCarContinuous. The agent of the article learned only if it found the
 * goal early, by luck. This one explores with noise that stays the same for 64 steps, long enough to swing up the
 * hill.
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
    description: 'One-step TD: each step is judged only by its reward and the value of the next state',
    settings: cartPoleTdSettings,
  },
  {
    environment: 'MountainCarContinuous-v0',
    description:
      'One-step TD with separate rates and scaled states; explores with gSDE until it finds the hill',
    settings: mountainCarContinuousTdSettings,
  },
];
