// Learning curve and evaluations of a job, as GET /jobs/{id}/metrics and /evaluations send them and the server stores them.
import { z } from 'zod';
import { evaluationResultSchema, type TrainingFigures } from '../job/job.ts';
import { measuredFields } from '../job/measured-schemas.ts';
import { flattenMeasures } from '../measures/measured.ts';
import { measureDescriptions } from '../measures/measures.ts';

export const learningCurvePointSchema = z.object({
  steps: z.int().describe(measureDescriptions.steps),
  episodes: z.int().describe(measureDescriptions.episodes),
  updates: z.int().describe(measureDescriptions.updates),
  elapsedSeconds: z.number().describe(measureDescriptions.elapsedSeconds),
  stepsPerSecond: z.number().describe(measureDescriptions.stepsPerSecond),
  movingAverage: z.number().nullable().describe(measureDescriptions.movingAverage),
  exponentialMovingAverage: z.number().nullable().describe(measureDescriptions.exponentialMovingAverage),
  evaluation: z.number().nullable().describe(measureDescriptions.evaluation),
  staleness: z.number().describe(measureDescriptions.staleness),
  ...measuredFields,
});
export type LearningCurvePoint = z.infer<typeof learningCurvePointSchema>;

/** The point of the curve that a report becomes. */
export function toCurvePoint({
  progress,
  reward,
  throughput,
  staleness,
  ...groups
}: TrainingFigures): LearningCurvePoint {
  return {
    steps: progress.steps,
    episodes: progress.episodes,
    updates: progress.updates,
    elapsedSeconds: progress.elapsedSeconds,
    stepsPerSecond: throughput.stepsPerSecond,
    movingAverage: reward.movingAverage,
    exponentialMovingAverage: reward.exponentialMovingAverage,
    evaluation: reward.evaluation?.mean ?? null,
    staleness: staleness.mean,
    ...flattenMeasures(groups),
  };
}

export const learningCurveSchema = z.object({ data: z.array(learningCurvePointSchema) });
export type LearningCurve = z.infer<typeof learningCurveSchema>;

export const evaluationListSchema = z.object({ data: z.array(evaluationResultSchema) });
export type EvaluationList = z.infer<typeof evaluationListSchema>;

/** Metrics that a curve has over steps. */
export const curveColumnSchema = learningCurvePointSchema.omit({ steps: true }).keyof();
export type CurveColumn = z.infer<typeof curveColumnSchema>;

const axis = z.array(z.number());
const column = z.array(z.number().nullable());

/** Part of a curve for a plot, column by column: each row summarizes `pointsPerRow` neighbouring points. */
export const curveBandsSchema = z.object({
  pointsPerRow: z.int().describe('1 if every point is there'),
  steps: axis.describe('Of the last point of each row'),
  episodes: axis,
  elapsedSeconds: axis,
  columns: z
    .record(z.string(), z.object({ mean: column, min: column, max: column }))
    .describe('Mean, minimum and maximum of the points of each row; null where no point has a number'),
});
export type CurveBands = z.infer<typeof curveBandsSchema>;
