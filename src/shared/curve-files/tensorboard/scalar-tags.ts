// Tags of a run's measures in TensorBoard. The part before the slash is the group of charts.
import { toCurvePoint, type LearningCurvePoint } from '../../api/learning-curve.ts';
import { evaluationResultSchema, type EvaluationResult, type TrainingFigures } from '../../job/job.ts';
import { measureDescriptions } from '../../measures/measures.ts';
import type { Scalar } from './encode-events.ts';

type Tagged = Exclude<keyof LearningCurvePoint, 'steps'>;

const tags: Readonly<Record<Tagged, string>> = {
  episodes: 'progress/episodes',
  updates: 'progress/updates',
  elapsedSeconds: 'progress/elapsedSeconds',
  stepsPerSecond: 'throughput/stepsPerSecond',
  movingAverage: 'reward/movingAverage',
  exponentialMovingAverage: 'reward/exponentialMovingAverage',
  evaluation: 'reward/evaluation',
  staleness: 'staleness/mean',
  policyLoss: 'losses/policy',
  valueLoss: 'losses/value',
  entropy: 'losses/entropy',
  gradientNorm: 'losses/gradientNorm',
  policyMean: 'policy/mean',
  policyStandardDeviation: 'policy/standardDeviation',
  learningRate: 'learning/learningRate',
  episodeLength: 'learning/episodeLength',
  approximateKl: 'learning/approximateKl',
  clipFraction: 'learning/clipFraction',
  explainedVariance: 'learning/explainedVariance',
  actingShare: 'workerTime/acting',
  steppingShare: 'workerTime/stepping',
  learningShare: 'workerTime/learning',
  waitingShare: 'workerTime/waiting',
};

/** A tag that every evaluation has. */
export const evaluationTag = 'evaluation/mean';

const evaluationMeasures = ['mean', 'standardDeviation', 'min', 'max'] as const;

/** The measures that are known at a point of the curve. */
export function listScalars(figures: TrainingFigures): Scalar[] {
  return Object.entries<number | null>(toCurvePoint(figures)).flatMap(([name, value]) =>
    isTagged(name) && value !== null
      ? [{ tag: tags[name], value, description: measureDescriptions[name] }]
      : [],
  );
}

export function listEvaluationScalars(evaluation: EvaluationResult): Scalar[] {
  return evaluationMeasures.map((name) => ({
    tag: `evaluation/${name}`,
    value: evaluation[name],
    description: evaluationResultSchema.shape[name].description,
  }));
}

function isTagged(name: string): name is Tagged {
  return Object.hasOwn(tags, name);
}
