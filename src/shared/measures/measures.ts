// Measures: the list of every metric that a job reports over time. The gradient message, the job's schema, the columns
// of the learning curve and the documentation are derived from it.

/**
 * How one number is computed from many. Means of gradients, shares of time and rates cover about the last second; means
 * of episodes cover the last 100 episodes, or all if there are fewer.
 */
export type Aggregation =
  | 'total'
  | 'latest'
  | 'rate'
  | 'mean of gradients'
  | 'mean of episodes'
  | 'decaying mean of episodes'
  | 'share of time';

export interface Measure {
  readonly name: string;
  /** Empty for a number without unit. */
  readonly unit: string;
  readonly aggregation: Aggregation;
  readonly description: string;
}

/** Progress and returns of training: the first columns of a learning curve. */
export const progressMeasures = [
  {
    name: 'steps',
    unit: 'steps',
    aggregation: 'total',
    description: 'Environment transitions of all workers',
  },
  { name: 'episodes', unit: 'episodes', aggregation: 'total', description: 'Finished episodes' },
  { name: 'updates', unit: 'updates', aggregation: 'total', description: 'Gradients applied' },
  { name: 'elapsedSeconds', unit: 's', aggregation: 'total', description: 'Time spent training' },
  { name: 'stepsPerSecond', unit: 'steps/s', aggregation: 'rate', description: 'Speed of all workers' },
  {
    name: 'movingAverage',
    unit: 'return',
    aggregation: 'mean of episodes',
    description: 'Mean return of the last 100 episodes',
  },
  {
    name: 'exponentialMovingAverage',
    unit: 'return',
    aggregation: 'decaying mean of episodes',
    description: '0.99·previous + 0.01·return',
  },
  {
    name: 'evaluation',
    unit: 'return',
    aggregation: 'latest',
    description: 'Mean return of the newest greedy evaluation',
  },
  {
    name: 'staleness',
    unit: 'updates',
    aggregation: 'mean of gradients',
    description: 'Mean number of updates between reading the parameters and applying the gradient',
  },
] as const satisfies readonly Measure[];

/** Measured with each gradient. */
export const gradientMeasures = [
  {
    name: 'policyLoss',
    unit: '',
    aggregation: 'mean of gradients',
    description: 'Loss of the policy, without the entropy bonus',
  },
  {
    name: 'valueLoss',
    unit: 'return²',
    aggregation: 'mean of gradients',
    description: 'Mean squared error of the critic',
  },
  {
    name: 'entropy',
    unit: 'nats',
    aggregation: 'mean of gradients',
    description: 'Entropy of the policy; higher means more random actions',
  },
  {
    name: 'gradientNorm',
    unit: '',
    aggregation: 'mean of gradients',
    description: 'Global norm of the gradient before it is clipped',
  },
  {
    name: 'policyMean',
    unit: 'action',
    aggregation: 'mean of gradients',
    description: 'Mean of the means of a Gaussian policy',
  },
  {
    name: 'policyStandardDeviation',
    unit: 'action',
    aggregation: 'mean of gradients',
    description: 'Mean of the standard deviations of a Gaussian policy',
  },
  {
    name: 'approximateKl',
    unit: 'nats',
    aggregation: 'mean of gradients',
    description: 'ppo: change of the policy since the rollout, mean(ρ − 1 − log ρ)',
  },
  {
    name: 'clipFraction',
    unit: '0 to 1',
    aggregation: 'mean of gradients',
    description: 'ppo: share of steps with ρ outside the clip range',
  },
  {
    name: 'explainedVariance',
    unit: '',
    aggregation: 'mean of gradients',
    description:
      'How well the critic predicts returns, 1 − Var(R − V) / Var(R): 1 is perfect, 0 is no better than the mean',
  },
] as const satisfies readonly Measure[];

export type GradientMeasure = (typeof gradientMeasures)[number]['name'];

/** Metrics of one gradient; NaN if the algorithm does not have them. */
export type GradientMetrics = Record<GradientMeasure, number>;

/** Names in the order of the gradient message. */
export const gradientMeasureNames: readonly GradientMeasure[] = gradientMeasures.map(({ name }) => name);

export function createEmptyMetrics(): GradientMetrics {
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
 * Writes metrics in the order of their list, starting at `offset`. Written without a loop over names, which would cost
 * a worker with short rollouts a noticeable part of its time.
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

/** Measured by the master. */
export const runMeasures = [
  {
    name: 'learningRate',
    unit: '',
    aggregation: 'latest',
    description: "Learning rate of the policy's next update",
  },
  {
    name: 'episodeLength',
    unit: 'steps',
    aggregation: 'mean of episodes',
    description: 'Mean length of the last 100 episodes',
  },
] as const satisfies readonly Measure[];

export type RunMeasure = (typeof runMeasures)[number]['name'];

/** Activities of a worker. */
export const workerPhases = ['acting', 'stepping', 'learning', 'waiting'] as const;
export type WorkerPhase = (typeof workerPhases)[number];
export type TimeMeasure = `${WorkerPhase}Share`;

/** In the order of workerPhases. Their sum is 1. */
export const timeMeasures = [
  {
    name: 'actingShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Share of the workers' time spent choosing actions",
  },
  {
    name: 'steppingShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Share of the workers' time spent stepping environments and recording the results",
  },
  {
    name: 'learningShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Share of the workers' time spent computing gradients and exchanging parameters",
  },
  {
    name: 'waitingShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Share of the workers' time spent waiting for the master or for other workers",
  },
] as const satisfies readonly (Measure & { readonly name: TimeMeasure })[];

/**
 * Metrics that depend on the algorithm or are not always known. A job shows them in groups; each is null until it is
 * known.
 */
export type NullableMeasure = GradientMeasure | RunMeasure | TimeMeasure;
export const nullableMeasures: readonly (Measure & { readonly name: NullableMeasure })[] = [
  ...gradientMeasures,
  ...runMeasures,
  ...timeMeasures,
];

/** All measures, in the order of the columns of a learning curve. */
export const measures = [...progressMeasures, ...nullableMeasures];

// The compiler does not know the keys of an object that is built from a list; the overload names them.
function describeMeasures(): Record<(typeof measures)[number]['name'], string>;
function describeMeasures(): object {
  return Object.fromEntries(
    measures.map(({ name, unit, aggregation, description }) => [
      name,
      `${description} [${unit === '' ? '' : `${unit}, `}${aggregation}]`,
    ]),
  );
}

/** Description of each measure by its name: meaning, unit and aggregation. */
export const measureDescriptions = describeMeasures();
