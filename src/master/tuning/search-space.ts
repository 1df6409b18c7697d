// Which settings a search varies, and over which values: data, so that another setting is another line.
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { OptimizerSpec } from '../../shared/optimizers/optimizer-spec.ts';

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

const learningRate: Dimension = { path: 'optimizer.learningRate', distribution: logUniform(1e-4, 1e-2) };
const discount: Dimension = { path: 'discount', distribution: choice(0.9, 0.95, 0.98, 0.99, 0.995, 0.999) };

/** What every learner of a distribution has. */
const anyLearner: readonly Dimension[] = [
  learningRate,
  discount,
  { path: 'entropyCoefficient', distribution: logUniform(1e-4, 0.1) },
  { path: 'maxGradientNorm', distribution: choice(0.3, 0.5, 1, 5) },
  { path: 'normalizeObservations', distribution: choice(false, true) },
  { path: 'normalizeRewards', distribution: choice(false, true) },
  { path: 'normalizeAdvantages', distribution: choice(false, true) },
];

const critic: readonly Dimension[] = [{ path: 'valueCoefficient', distribution: logUniform(0.003, 1) }];

/** A shared trunk has one learning rate. */
const separateCritic: readonly Dimension[] = [
  { path: 'optimizer.criticLearningRate', distribution: logUniform(1e-4, 3e-2) },
];

const manyStepReturns: readonly Dimension[] = [
  { path: 'gaeLambda', distribution: choice(0.8, 0.9, 0.95, 0.98, 1) },
];

/** How much experience an update has, where episodes do not decide it. */
const rolloutSize: readonly Dimension[] = [
  { path: 'rolloutLength', distribution: choice(8, 16, 32, 64) },
  { path: 'environmentsPerWorker', distribution: choice(2, 4, 8, 16) },
];

/** How often ddpg learns, and from how much at once. */
const replay: readonly Dimension[] = [
  { path: 'rolloutLength', distribution: choice(1, 2, 4) },
  { path: 'maxGradientNorm', distribution: choice(1, 5, 25) },
  { path: 'ddpg.batchSize', distribution: choice(32, 64, 128) },
];

const byOptimizer: Readonly<Record<OptimizerSpec['type'], readonly Dimension[]>> = {
  adam: [{ path: 'optimizer.beta1', distribution: choice(0, 0.5, 0.9) }],
  rmsprop: [{ path: 'optimizer.decay', distribution: choice(0.9, 0.99) }],
};

const byPolicy: Readonly<Record<JobSpec['policy']['type'], readonly Dimension[]>> = {
  categorical: [],
  multiCategorical: [],
  gaussian: [{ path: 'policy.initialLogStandardDeviation', distribution: choice(-1, -0.5, 0, 0.5) }],
  gaussianStateDependent: [],
  deterministic: [],
  gsde: [{ path: 'policy.initialLogStandardDeviation', distribution: choice(-3, -2, -1, 0) }],
};

/** What a search chooses before all else: the other settings of an optimizer hang on it. */
export const optimizerTypes: readonly OptimizerSpec['type'][] = ['adam', 'rmsprop'];

/** The settings that a job like `spec` can vary; none where its algorithm does not learn. */
export function listDimensions(spec: JobSpec): Dimension[] {
  const own = listOfAlgorithm(spec);
  return own.length === 0 ? [] : [...own, ...byOptimizer[spec.optimizer.type], ...byPolicy[spec.policy.type]];
}

function listOfAlgorithm({ algorithm, network, rolloutEpisodes, ddpg }: JobSpec): Dimension[] {
  const size = rolloutEpisodes === null ? rolloutSize : [];
  const ofCritic = network.shared ? critic : [...critic, ...separateCritic];
  switch (algorithm) {
    case 'a3c':
    case 'a2c':
    case 'ppo':
      return [...anyLearner, ...ofCritic, ...manyStepReturns, ...size];
    case 'actor-critic':
      return [...anyLearner, ...ofCritic, ...size];
    case 'reinforce':
      return [...anyLearner];
    case 'ddpg':
      return [learningRate, ...separateCritic, discount, ...replay, ...listOfDdpg(ddpg)];
    case 'random':
      return [];
  }
}

function listOfDdpg(ddpg: JobSpec['ddpg']): Dimension[] {
  if (ddpg === null) return [];
  const { targetUpdate, noise } = ddpg;
  const target: Dimension =
    targetUpdate.type === 'soft'
      ? { path: 'ddpg.targetUpdate.fraction', distribution: logUniform(0.001, 0.05) }
      : { path: 'ddpg.targetUpdate.everyUpdates', distribution: choice(30, 100, 300, 1000) };
  const strength: Dimension =
    noise.type === 'gaussian'
      ? { path: 'ddpg.noise.standardDeviation', distribution: logUniform(0.03, 0.6) }
      : { path: 'ddpg.noise.sigma', distribution: logUniform(0.1, 1.5) };
  return [target, strength];
}
