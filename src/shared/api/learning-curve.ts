// GET /jobs/{id}/metrics: how the figures of a job developed. The server stores its points as they are answered.
import { z } from 'zod';

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
  policyLoss: figure,
  valueLoss: figure,
  entropy: figure,
  gradientNorm: figure,
  staleness: z.number().describe('Mean updates between reading parameters and applying the gradient'),
  policyMean: figure.describe('Where a Gaussian policy aims: the mean of its means'),
  policyStandardDeviation: figure.describe('How widely it draws: the mean of its standard deviations'),
});
export type LearningCurvePoint = z.infer<typeof learningCurvePointSchema>;

export const learningCurveSchema = z.object({ data: z.array(learningCurvePointSchema) });
