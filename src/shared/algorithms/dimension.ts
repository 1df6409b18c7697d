// Dimensions of a search: what varies about a job, and over which values. They are data, so one more setting is one
// more line.

/** Values of a setting. Log-uniform: every factor between the bounds is equally likely. */
export type Distribution =
  | { readonly type: 'logUniform'; readonly low: number; readonly high: number }
  | { readonly type: 'choice'; readonly values: readonly (number | boolean)[] };

/** One varied setting, named by its path in a job, e.g. `optimizer.learningRate`. */
export interface Dimension {
  readonly path: string;
  readonly distribution: Distribution;
}

export const logUniform = (low: number, high: number): Distribution => ({ type: 'logUniform', low, high });
export const choice = (...values: readonly (number | boolean)[]): Distribution => ({
  type: 'choice',
  values,
});

export const learningRate: Dimension = {
  path: 'optimizer.learningRate',
  distribution: logUniform(1e-4, 1e-2),
};
export const discount: Dimension = {
  path: 'discount',
  distribution: choice(0.9, 0.95, 0.98, 0.99, 0.995, 0.999),
};

/** Dimensions of every algorithm with a distribution over actions. */
export const policyDimensions: readonly Dimension[] = [
  learningRate,
  discount,
  { path: 'entropyCoefficient', distribution: logUniform(1e-4, 0.1) },
  { path: 'maxGradientNorm', distribution: choice(0.3, 0.5, 1, 5) },
  { path: 'normalizeObservations', distribution: choice(false, true) },
  { path: 'normalizeRewards', distribution: choice(false, true) },
  { path: 'normalizeAdvantages', distribution: choice(false, true) },
];

/** Dimension of a critic with its own learning rate. */
export const separateCritic: Dimension = {
  path: 'optimizer.criticLearningRate',
  distribution: logUniform(1e-4, 3e-2),
};

/** Dimensions that a critic adds. A shared trunk has one learning rate. */
export function listCriticDimensions({ network }: { network: { shared: boolean } }): readonly Dimension[] {
  const weight: Dimension = { path: 'valueCoefficient', distribution: logUniform(0.003, 1) };
  return network.shared ? [weight] : [weight, separateCritic];
}

export const manyStepReturns: Dimension = {
  path: 'gaeLambda',
  distribution: choice(0.8, 0.9, 0.95, 0.98, 1),
};

/** Dimensions of the experience per update, unless episodes determine it. */
export function listRolloutDimensions({
  rolloutEpisodes,
}: {
  rolloutEpisodes: number | null;
}): readonly Dimension[] {
  if (rolloutEpisodes !== null) return [];
  return [
    { path: 'rolloutLength', distribution: choice(8, 16, 32, 64) },
    { path: 'environmentsPerWorker', distribution: choice(2, 4, 8, 16) },
  ];
}
