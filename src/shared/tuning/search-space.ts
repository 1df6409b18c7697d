// Search space: the settings of the algorithm, the optimizer and the policy that a search varies.
import { findAlgorithm, readSettings } from '../algorithms/algorithms.ts';
import { choice, type Dimension } from '../algorithms/dimension.ts';
import type { JobSpec } from '../job/job-spec.ts';
import type { OptimizerSpec } from '../optimizers/optimizer-spec.ts';

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

/** Optimizer types, chosen before all other settings, because the settings of an optimizer depend on its type. */
export const optimizerTypes: readonly OptimizerSpec['type'][] = ['adam', 'rmsprop'];

/** Lists the settings that a search for a job like `spec` varies; none if its algorithm does not learn. */
export function listDimensions(spec: JobSpec): Dimension[] {
  const algorithm = findAlgorithm(spec.algorithm);
  const own = algorithm.listDimensions(spec, readSettings(spec, algorithm));
  return own.length === 0 ? [] : [...own, ...byOptimizer[spec.optimizer.type], ...byPolicy[spec.policy.type]];
}
