// Settings tuned for whole episodes without a critic.
import type { RequestedJobFields } from '../../job-fields/job-fields.ts';
import type { TunedEnvironment } from '../algorithm-record.ts';

type Settings = RequestedJobFields;

/**
 * Two layers of five units, as in van Heeswijk's example. Advantages with mean 0 replace the baseline that the
 * example does not have.
 */
const gaussianTargetSettings: Settings = {
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

/** Whole episodes, compared with each other. */
const cartPoleReinforceSettings: Settings = {
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

export const reinforcePresets: readonly TunedEnvironment<'reinforce', null>[] = [
  {
    environment: 'CartPole-v1',
    description: 'Whole episodes without a critic',
    settings: cartPoleReinforceSettings,
  },
  {
    environment: 'GaussianTarget-v0',
    description: 'The mean of the policy moves to 4 and its deviation shrinks; see policyMean in the curve',
    settings: gaussianTargetSettings,
  },
];
