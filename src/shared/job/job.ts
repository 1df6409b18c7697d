// Job as the API shows it and as reports update it.
import { z } from 'zod';
import { measureDescriptions } from '../measures/measures.ts';
import { acceptUnknownFields } from '../schemas/accept-unknown-fields.ts';
import { jobSpecSchema } from './job-spec.ts';
import { jobStates, type JobState } from './job-states.ts';
import {
  learningFiguresSchema,
  lossFiguresSchema,
  policyFiguresSchema,
  workerTimeSchema,
} from './measured-schemas.ts';

export const jobStateSchema = z.enum(jobStates);
export type { JobState };

export const jobIdSchema = z
  .string()
  .regex(/^job_[0-9a-z]{20}$/)
  .brand<'JobId'>();
export type JobId = z.infer<typeof jobIdSchema>;

/** Limits that end a job: the target first, then the budgets, then what its rewards do. */
export const stopLimits = [
  'targetReward',
  'maxSteps',
  'maxEpisodes',
  'maxSeconds',
  'noImprovement',
  'collapse',
] as const;
export type StopLimit = (typeof stopLimits)[number];
/** Absent in jobs of earlier versions. */
export const endedBySchema = z
  .enum(stopLimits)
  .nullable()
  .default(null)
  .describe(
    'The limit of `stop` that ended a succeeded job; only targetReward means that the job reached its target',
  );

export const evaluationResultSchema = z.object({
  steps: z.int().describe('Training steps when the evaluated parameters were read'),
  mean: z.number().describe('Mean return of the episodes'),
  standardDeviation: z.number().describe('Standard deviation of their returns'),
  min: z.number().describe('Lowest return'),
  max: z.number().describe('Highest return'),
  episodes: z.int().describe('Greedy episodes played'),
});
export type EvaluationResult = z.infer<typeof evaluationResultSchema>;

/** Episodes of a moving average. An average over fewer episodes is not compared with the target. */
export const movingAverageEpisodes = 100;

/** Metrics that a master measures; null until they are known. */
export const trainingFiguresSchema = z.object({
  progress: z.object({
    steps: z.int().describe(measureDescriptions.steps),
    episodes: z.int().describe(measureDescriptions.episodes),
    updates: z.int().describe(measureDescriptions.updates),
    fraction: z.number().min(0).max(1).describe('Progress towards the nearest stop limit, 0 to 1'),
    elapsedSeconds: z.number().describe(measureDescriptions.elapsedSeconds),
  }),
  reward: z.object({
    movingAverage: z.number().nullable().describe(measureDescriptions.movingAverage),
    exponentialMovingAverage: z.number().nullable().describe(measureDescriptions.exponentialMovingAverage),
    last: z.number().nullable(),
    best: z.number().nullable().describe('Highest mean return of a greedy evaluation'),
    evaluation: evaluationResultSchema.nullable(),
  }),
  throughput: z.object({
    stepsPerSecond: z.number().describe(measureDescriptions.stepsPerSecond),
    updatesPerSecond: z.number(),
  }),
  staleness: z
    .object({ mean: z.number(), max: z.number() })
    .describe('Updates between reading parameters and applying the gradient'),
  losses: lossFiguresSchema,
  policy: policyFiguresSchema,
  learning: learningFiguresSchema,
  workerTime: workerTimeSchema,
  refusedGradients: z.int().describe('Number of non-finite gradients; they are never applied'),
  staleGradients: z
    .int()
    .default(0)
    .describe('Number of gradients that were not applied because they were older than maxStaleness'),
  workerRestarts: z.int().describe('Number of workers that failed and were replaced'),
});
export type TrainingFigures = z.infer<typeof trainingFiguresSchema>;

/** A problem that does not stop the job, and what to do about it. */
export const jobWarningSchema = z.object({
  code: z.string().describe('Kind of the warning, see docs/http-api.md'),
  message: z.string(),
});
export type JobWarning = z.infer<typeof jobWarningSchema>;

const time = z.iso.datetime();

/** A setting that was changed after the job was posted. */
export const jobChangeSchema = z.object({
  time,
  steps: z.int().describe('Training steps reported when the setting was changed'),
  path: z.string().describe('The setting, for example optimizer.learningRate'),
  from: z.unknown().describe('Value before'),
  to: z.unknown().describe('Value since then'),
});
export type JobChange = z.infer<typeof jobChangeSchema>;

export const engineSchema = z.object({
  name: z.string().describe('What computes the network: wasm (own kernels) or tfjs (TensorFlow.js)'),
  backend: z.string().nullable().describe('simd, wasm or cpu; null until a job has started on TensorFlow.js'),
  reason: z.string().nullable().default(null).describe('Why no better backend was taken'),
});
/** The job as the server writes it into its answers. */
export const jobAnswerSchema = z.object({
  id: jobIdSchema,
  name: z.string().nullable(),
  state: jobStateSchema,
  stateReason: z.string().nullable().describe('Why the job is in its state, for people'),
  endedBy: endedBySchema,
  spec: jobSpecSchema,
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  attempt: z.int(),
  progress: trainingFiguresSchema.shape.progress.extend({ estimatedFinishAt: time.nullable() }),
  reward: trainingFiguresSchema.shape.reward,
  throughput: trainingFiguresSchema.shape.throughput,
  staleness: trainingFiguresSchema.shape.staleness,
  losses: trainingFiguresSchema.shape.losses,
  policy: policyFiguresSchema,
  learning: learningFiguresSchema,
  workerTime: workerTimeSchema,
  refusedGradients: z.int(),
  staleGradients: z.int(),
  workerRestarts: z.int(),
  checkpoint: z
    .object({ steps: z.int(), time })
    .nullable()
    .describe('The newest checkpoint on the disk; the job continues from there, or later, if a process dies'),
  models: z
    .object({ best: z.string().nullable(), latest: z.string().nullable() })
    .describe('URLs of model.json; null until the model exists'),
  engine: engineSchema,
  experiment: z
    .string()
    .nullable()
    .default(null)
    .describe('Id of the experiment or tuning that the job is part of'),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  warnings: z.array(jobWarningSchema).default([]).describe('Problems that do not stop the job'),
  changes: z
    .array(jobChangeSchema)
    .default([])
    .describe(
      'Settings that were changed after the job was posted, oldest first; `spec` has the newest values',
    ),
});

/** The job as a client reads it, perhaps from a newer server. */
export const jobSchema = jobAnswerSchema.extend({ spec: acceptUnknownFields(jobSpecSchema) });
export type Job = z.infer<typeof jobSchema>;
