// Every figure of learning that a job reports beside its returns: one list from which the message of a gradient, the
// job's schema, the curve's columns and the documentation derive.

export interface Measure {
  readonly name: string;
  /** Empty where it is a plain number. */
  readonly unit: string;
  readonly description: string;
}

/** Measured with each gradient. A job reports the mean over the gradients of about a second. */
export const gradientMeasures = [
  { name: 'policyLoss', unit: '', description: 'What the policy minimizes, without the entropy bonus' },
  { name: 'valueLoss', unit: 'return²', description: "The critic's mean squared error" },
  { name: 'entropy', unit: 'nats', description: 'Entropy of the policy: how undecided it is' },
  { name: 'gradientNorm', unit: '', description: 'Global norm of the gradient before it is clipped' },
  { name: 'policyMean', unit: 'action', description: 'Where a Gaussian policy aims: the mean of its means' },
  {
    name: 'policyStandardDeviation',
    unit: 'action',
    description: 'How widely a Gaussian policy draws: the mean of its standard deviations',
  },
  {
    name: 'approximateKl',
    unit: 'nats',
    description: 'ppo: how far the policy has moved since it acted, mean(ρ − 1 − log ρ)',
  },
  { name: 'clipFraction', unit: '', description: 'ppo: share of steps whose ρ is beyond the clip range' },
  {
    name: 'explainedVariance',
    unit: '',
    description:
      'How well the critic foresees returns, 1 − Var(R − V) / Var(R): 1 perfectly, 0 no better than their mean',
  },
] as const satisfies readonly Measure[];

export type GradientMeasure = (typeof gradientMeasures)[number]['name'];

/** Figures of one gradient; NaN for what an algorithm does not have. */
export type GradientMetrics = Record<GradientMeasure, number>;

/** In the order in which they travel. */
export const gradientMeasureNames: readonly GradientMeasure[] = gradientMeasures.map(({ name }) => name);

export function measureNothing(): GradientMetrics {
  return {
    policyLoss: Number.NaN,
    valueLoss: Number.NaN,
    entropy: Number.NaN,
    gradientNorm: Number.NaN,
    policyMean: Number.NaN,
    policyStandardDeviation: Number.NaN,
    approximateKl: Number.NaN,
    clipFraction: Number.NaN,
    explainedVariance: Number.NaN,
  };
}

/**
 * Writes metrics in the order of their list, from `offset` on. Written out, since a loop over names costs a worker with
 * short rollouts a noticeable part of its time.
 */
export function packMetrics(metrics: GradientMetrics, target: Float64Array, offset: number): void {
  target[offset] = metrics.policyLoss;
  target[offset + 1] = metrics.valueLoss;
  target[offset + 2] = metrics.entropy;
  target[offset + 3] = metrics.gradientNorm;
  target[offset + 4] = metrics.policyMean;
  target[offset + 5] = metrics.policyStandardDeviation;
  target[offset + 6] = metrics.approximateKl;
  target[offset + 7] = metrics.clipFraction;
  target[offset + 8] = metrics.explainedVariance;
}

/** Known to the master alone. */
export const runMeasures = [
  { name: 'learningRate', unit: '', description: "Step size of the policy's next update" },
  { name: 'episodeLength', unit: 'steps', description: 'Mean length of the last 100 episodes' },
] as const satisfies readonly Measure[];

export type RunMeasure = (typeof runMeasures)[number]['name'];

export const measures: readonly (Measure & { readonly name: GradientMeasure | RunMeasure })[] = [
  ...gradientMeasures,
  ...runMeasures,
];
