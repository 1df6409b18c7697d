// GET /jobs/{id}/metrics: how the figures of a job developed. The server stores its points as they are answered.
import { z } from 'zod';
import { measuredFields } from '../job/measured.ts';

const figure = z.number().nullable();

export const learningCurvePointSchema = z.object({
  steps: z.int(),
  episodes: z.int(),
  updates: z.int(),
  elapsedSeconds: z.number(),
  stepsPerSecond: z.number(),
  movingAverage: figure,
  exponentialMovingAverage: figure,
  evaluation: figure.describe('Mean return of the newest greedy evaluation so far'),
  staleness: z.number().describe('Mean updates between reading parameters and applying the gradient'),
  ...measuredFields,
});
export type LearningCurvePoint = z.infer<typeof learningCurvePointSchema>;

export const learningCurveSchema = z.object({ data: z.array(learningCurvePointSchema) });
