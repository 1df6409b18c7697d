// Which settings a search varies, and over which values: data, so that another setting is another line.
import type { Algorithm, JobSpec, OptimizerSpec } from '../../shared/job/job-spec.ts';

/** Where a setting's values come from; log-uniform: every factor between the bounds is as likely as another. */
export type Distribution =
  | { readonly type: 'logUniform'; readonly low: number; readonly high: number }
  | { readonly type: 'choice'; readonly values: readonly (number | boolean)[] };

/** One setting that varies, named by its path in a job, e.g. `optimizer.learningRate`. */
export interface Dimension {
  readonly path: string;
  readonly distribution: Distribution;
}

const logUniform = (low: number, high: number): Distribution => ({ type: 'logUniform', low, high });
const choice = (...values: readonly (number | boolean)[]): Distribution => ({ type: 'choice', values });

/** Settings of every algorithm that follows the gradient of an advantage. */
const advantageActorCritic: readonly Dimension[] = [
  { path: 'optimizer.learningRate', distribution: logUniform(1e-4, 1e-2) },
  { path: 'rolloutLength', distribution: choice(8, 16, 32, 64) },
  { path: 'environmentsPerWorker', distribution: choice(2, 4, 8, 16) },
  { path: 'discount', distribution: choice(0.9, 0.95, 0.98, 0.99, 0.995, 0.999) },
  { path: 'gaeLambda', distribution: choice(0.8, 0.9, 0.95, 0.98, 1) },
  { path: 'entropyCoefficient', distribution: logUniform(1e-4, 0.1) },
  { path: 'valueCoefficient', distribution: logUniform(0.003, 1) },
  { path: 'maxGradientNorm', distribution: choice(0.3, 0.5, 1, 5) },
];

const byAlgorithm: Readonly<Record<Algorithm, readonly Dimension[]>> = {
  a3c: advantageActorCritic,
  a2c: advantageActorCritic,
  random: [],
};

const byOptimizer: Readonly<Record<OptimizerSpec['type'], readonly Dimension[]>> = {
  adam: [{ path: 'optimizer.beta1', distribution: choice(0, 0.5, 0.9) }],
  rmsprop: [{ path: 'optimizer.decay', distribution: choice(0.9, 0.99) }],
};

/** A shared trunk has one learning rate. */
const separateTowers: readonly Dimension[] = [
  { path: 'optimizer.criticLearningRate', distribution: logUniform(1e-4, 3e-2) },
];

const byPolicy: Readonly<Record<JobSpec['policy']['type'], readonly Dimension[]>> = {
  categorical: [],
  multiCategorical: [],
  gaussian: [{ path: 'policy.initialLogStandardDeviation', distribution: choice(-1, -0.5, 0, 0.5) }],
  gaussianStateDependent: [],
};

/** What a search chooses before all else: the other settings of an optimizer hang on it. */
export const optimizerTypes: readonly OptimizerSpec['type'][] = ['adam', 'rmsprop'];

/** The settings that a job like `spec` can vary; none where its algorithm does not learn. */
export function listDimensions({ algorithm, optimizer, network, policy }: JobSpec): Dimension[] {
  const own = byAlgorithm[algorithm];
  if (own.length === 0) return [];
  return [
    ...own,
    ...byOptimizer[optimizer.type],
    ...(network.shared ? [] : separateTowers),
    ...byPolicy[policy.type],
  ];
}
