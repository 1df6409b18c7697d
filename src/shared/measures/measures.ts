// Every metric that a job reports over time: one list from which the message of a gradient, the job's schema, the columns
// of the learning curve and the documentation derive.

/**
 * How one number is made from many. Means of gradients, shares of time and rates are of about the last second, means of
 * episodes of the last 100, or of fewer until there are as many.
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
  /** Empty where it is a plain number. */
  readonly unit: string;
  readonly aggregation: Aggregation;
  readonly description: string;
}

/** How far training had come and what it earned: the first columns of a learning curve. */
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
    description: 'Mean return of the newest greedy evaluation so far',
  },
  {
    name: 'staleness',
    unit: 'updates',
    aggregation: 'mean of gradients',
    description: 'Mean updates between reading parameters and applying the gradient',
  },
] as const satisfies readonly Measure[];

/** Measured with each gradient. */
export const gradientMeasures = [
  {
    name: 'policyLoss',
    unit: '',
    aggregation: 'mean of gradients',
    description: 'What the policy minimizes, without the entropy bonus',
  },
  {
    name: 'valueLoss',
    unit: 'return²',
    aggregation: 'mean of gradients',
    description: "The critic's mean squared error",
  },
  {
    name: 'entropy',
    unit: 'nats',
    aggregation: 'mean of gradients',
    description: 'Entropy of the policy: how undecided it is',
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
    description: 'Where a Gaussian policy aims: the mean of its means',
  },
  {
    name: 'policyStandardDeviation',
    unit: 'action',
    aggregation: 'mean of gradients',
    description: 'How widely a Gaussian policy draws: the mean of its standard deviations',
  },
  {
    name: 'approximateKl',
    unit: 'nats',
    aggregation: 'mean of gradients',
    description: 'ppo: how far the policy has moved since it acted, mean(ρ − 1 − log ρ)',
  },
  {
    name: 'clipFraction',
    unit: '0 to 1',
    aggregation: 'mean of gradients',
    description: 'ppo: share of steps whose ρ is beyond the clip range',
  },
  {
    name: 'explainedVariance',
    unit: '',
    aggregation: 'mean of gradients',
    description:
      'How well the critic foresees returns, 1 − Var(R − V) / Var(R): 1 perfectly, 0 no better than their mean',
  },
] as const satisfies readonly Measure[];

export type GradientMeasure = (typeof gradientMeasures)[number]['name'];

/** Metrics of one gradient; NaN for what an algorithm does not have. */
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
  {
    name: 'learningRate',
    unit: '',
    aggregation: 'latest',
    description: "Step size of the policy's next update",
  },
  {
    name: 'episodeLength',
    unit: 'steps',
    aggregation: 'mean of episodes',
    description: 'Mean length of the last 100 episodes',
  },
] as const satisfies readonly Measure[];

export type RunMeasure = (typeof runMeasures)[number]['name'];

/** What a worker does at any time. */
export const workerPhases = ['acting', 'stepping', 'learning', 'waiting'] as const;
export type WorkerPhase = (typeof workerPhases)[number];
export type TimeMeasure = `${WorkerPhase}Share`;

/** In the order of workerPhases; they add up to 1. */
export const timeMeasures = [
  {
    name: 'actingShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Part of the workers' time in which they choose actions",
  },
  {
    name: 'steppingShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Part of the workers' time in which they step environments and record what follows",
  },
  {
    name: 'learningShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Part of the workers' time in which they compute gradients and exchange parameters",
  },
  {
    name: 'waitingShare',
    unit: '0 to 1',
    aggregation: 'share of time',
    description: "Part of the workers' time in which they wait for the master or for other workers",
  },
] as const satisfies readonly (Measure & { readonly name: TimeMeasure })[];

/** Metrics that not every algorithm or moment has: a job shows them in groups, each null until it is known. */
export type NullableMeasure = GradientMeasure | RunMeasure | TimeMeasure;
export const nullableMeasures: readonly (Measure & { readonly name: NullableMeasure })[] = [
  ...gradientMeasures,
  ...runMeasures,
  ...timeMeasures,
];

/** All, in the order of the columns of a learning curve. */
export const measures = [...progressMeasures, ...nullableMeasures];

// What is built from a list has no keys that the compiler could know; the overload names those of the list.
function describeMeasures(): Record<(typeof measures)[number]['name'], string>;
function describeMeasures(): object {
  return Object.fromEntries(
    measures.map(({ name, unit, aggregation, description }) => [
      name,
      `${description} [${unit === '' ? '' : `${unit}, `}${aggregation}]`,
    ]),
  );
}

/** Each measure in words, by its name: meaning, unit and aggregation. */
export const measureDescriptions = describeMeasures();
