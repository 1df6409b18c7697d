// Tunings, as POST /tunings takes them and GET /tunings/{id} shows them: a search for good settings.
import { z } from 'zod';
import { jobStateSchema } from '../job/job.ts';
import { jobRequestSchema, jobSpecSchema } from '../job/job-spec.ts';
import { experimentJobSchema } from './experiment.ts';

const { seed, name } = jobSpecSchema.shape;

/** A job without a seed and weights of its own. */
export const tuningJobSchema = jobRequestSchema.omit({ seed: true, startFrom: true });
export type TuningJob = z.input<typeof tuningJobSchema>;

export const tuningRequestSchema = z.strictObject({
  name: name.default(null),
  job: tuningJobSchema.describe(
    'Fields that are the same in all trials; the others are drawn at random, or come from the preset',
  ),
  trials: z
    .int()
    .min(1)
    .max(500)
    .default(32)
    .describe('Number of settings to try; the first are the default settings of a job'),
  seeds: z.int().min(1).max(20).default(3).describe('Training runs of each trial in the last two rungs'),
  seed: seed.optional().describe('Seed of the search; random by default'),
});
export type TuningRequest = z.infer<typeof tuningRequestSchema>;
/** The request as it is posted, where defaults may be left out. */
export type PostedTuning = z.input<typeof tuningRequestSchema>;

export const tuningScoreSchema = z.object({
  mean: z.number().describe('Mean return of 100 greedy episodes with the last parameters, over the seeds'),
  standardDeviation: z.number(),
  min: z.number(),
  max: z.number(),
  seeds: z.int(),
});
export type TuningScore = z.infer<typeof tuningScoreSchema>;

export const tuningTrialSchema = z.object({
  number: z.int(),
  rung: z.int().describe('The highest rung that the trial has reached, from 0'),
  score: tuningScoreSchema.nullable().describe('In that rung; null while it trains, and if it failed'),
  settings: z.record(z.string(), z.unknown()).describe('Job request of the trial'),
  jobs: z.array(experimentJobSchema).describe('Its jobs in that rung'),
});
export type TuningTrial = z.infer<typeof tuningTrialSchema>;

export const tuningSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  environment: z.string(),
  state: jobStateSchema,
  createdAt: z.iso.datetime(),
  progress: z.number().min(0).max(1).describe('Share of the steps of the whole search'),
  seed: z.int().describe('Seed of the search'),
  rung: z.int().describe('The rung that trains now, or the last one'),
  rungs: z.array(
    z.object({
      candidates: z.int().describe('Planned number of trials'),
      steps: z.int().describe('Training steps of each run'),
      seeds: z.int().describe('Runs of each trial'),
    }),
  ),
  trials: z
    .array(tuningTrialSchema)
    .describe('Best first: by the rung they have reached, and their score there'),
  best: z
    .object({ trial: z.int(), score: tuningScoreSchema, settings: z.record(z.string(), z.unknown()) })
    .nullable()
    .describe('The best trial so far. Its settings can be posted as a job'),
  jobs: z.array(z.string()).describe('Ids of all jobs so far'),
});
export type Tuning = z.infer<typeof tuningSchema>;
