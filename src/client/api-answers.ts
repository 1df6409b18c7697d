// What the API answers beyond a job, as far as this client reads it. Fields a newer server adds are ignored.
import { z } from 'zod';
import {
  evaluationResultSchema,
  jobSchema,
  jobStateSchema,
  trainingFiguresSchema,
} from '../shared/job/job.ts';
import { spaceDescriptionSchema } from '../shared/model-format/space-description.ts';

export const jobPageSchema = z.object({
  data: z.array(jobSchema),
  hasMore: z.boolean(),
  lastId: z.string().nullable(),
});
export type JobPage = z.infer<typeof jobPageSchema>;

const figure = z.number().nullable();

export const learningCurveSchema = z.object({
  data: z.array(
    z.object({
      steps: z.int(),
      episodes: z.int(),
      updates: z.int(),
      elapsedSeconds: z.number(),
      stepsPerSecond: z.number(),
      movingAverage: figure,
      exponentialMovingAverage: figure,
      evaluation: figure,
      policyLoss: figure,
      valueLoss: figure,
      entropy: figure,
      gradientNorm: figure,
    }),
  ),
});
export type LearningCurvePoint = z.infer<typeof learningCurveSchema>['data'][number];

export const serverStatusSchema = z.object({
  server: z.record(z.string(), z.unknown()),
  counts: z.record(z.string(), z.number()),
  jobs: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullable(),
      environment: z.string(),
      algorithm: z.string(),
      state: jobStateSchema,
      movingAverageReward: figure,
      bestReward: figure,
      episodes: z.int(),
      steps: z.int(),
      stepsPerSecond: z.number(),
      progress: z.number(),
    }),
  ),
});
export type ServerStatus = z.infer<typeof serverStatusSchema>;

export const environmentListSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      description: z.string(),
      observationSpace: spaceDescriptionSchema,
      actionSpace: spaceDescriptionSchema,
      maxEpisodeSteps: z.int().nullable(),
      rewardThreshold: z.number().nullable(),
    }),
  ),
});
export type EnvironmentSummary = z.infer<typeof environmentListSchema>['data'][number];

export const presetListSchema = z.object({
  data: z.array(
    z.object({
      environment: z.string(),
      algorithm: z.string(),
      description: z.string(),
      settings: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type PresetSummary = z.infer<typeof presetListSchema>['data'][number];

/** One event of a job's stream, by the stream's event name. */
export const jobEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    data: z.object({ state: jobStateSchema, reason: z.string().nullable() }),
  }),
  z.object({ type: z.literal('progress'), data: trainingFiguresSchema }),
  z.object({
    type: z.literal('episode'),
    data: z.object({
      episode: z.int(),
      worker: z.int(),
      return: z.number(),
      length: z.int(),
      steps: z.int(),
    }),
  }),
  z.object({ type: z.literal('evaluation'), data: evaluationResultSchema.extend({ isBest: z.boolean() }) }),
  z.object({
    type: z.literal('log'),
    data: z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;
