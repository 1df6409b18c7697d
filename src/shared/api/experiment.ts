// Experiments, as POST /experiments takes them and GET /experiments/{id} shows them: jobs of several variations, each with
// several seeds.
import { z } from 'zod';
import { endedBySchema, jobStateSchema } from '../job/job.ts';
import { jobRequestSchema, jobSpecSchema } from '../job/job-spec.ts';

/** Maximum number of jobs of an experiment. */
export const maxExperimentJobs = 500;

const { seed, name } = jobSpecSchema.shape;

const seedsSchema = z.union(
  [
    z.int().min(1).max(100),
    z
      .array(seed)
      .min(1)
      .max(100)
      .refine((seeds) => new Set(seeds).size === seeds.length),
  ],
  'must be a number of seeds from 1 to 100, or a list of different seeds',
);

/** A job in which every field may be left out, and which has no seed of its own. */
export const variationSchema = jobRequestSchema.partial().omit({ seed: true });
export type Variation = z.infer<typeof variationSchema>;
export type PostedVariation = z.input<typeof variationSchema>;

export const experimentRequestSchema = z.strictObject({
  name: name.default(null),
  job: jobRequestSchema.describe('What all jobs have in common'),
  seeds: seedsSchema
    .default(5)
    .describe('Seeds of each variation: a list, or how many; 5 stands for five seeds from job.seed (1) on'),
  variations: z
    .array(variationSchema)
    .min(1)
    .max(100)
    .default([{}])
    .describe('Fields that replace those of `job`, for each variation; {} is the job itself'),
});
export type ExperimentRequest = z.infer<typeof experimentRequestSchema>;
/** The request as it is posted, where defaults may be left out. */
export type PostedExperiment = z.input<typeof experimentRequestSchema>;

const time = z.iso.datetime();
const curveColumn = z.array(z.number().nullable());

export const scoreSchema = z
  .object({
    interquartileMean: z.number().describe('Mean of the middle half of the scores'),
    low: z.number().nullable().describe('Its 95 % confidence interval; null for a single seed'),
    high: z.number().nullable(),
  })
  .describe('Over the seeds. The score of a job is the mean return of its last greedy evaluation');

export type Score = z.infer<typeof scoreSchema>;

export const experimentJobSchema = z.object({
  id: z.string(),
  seed: z.int(),
  state: jobStateSchema,
  endedBy: endedBySchema,
  steps: z.int(),
  score: z.number().nullable().describe('Mean return of the last greedy evaluation; null before the first'),
});

export type ExperimentJob = z.infer<typeof experimentJobSchema>;

export const experimentVariationSchema = z.object({
  label: z.string().describe('What is different in this variation'),
  settings: z.record(z.string(), z.unknown()).describe('The variation as it was posted'),
  state: jobStateSchema,
  jobs: z.array(experimentJobSchema),
  score: scoreSchema.nullable(),
  medianSteps: z.number().nullable().describe('Median of the steps of its jobs'),
  curve: z
    .object({
      steps: z.array(z.number()),
      mean: curveColumn,
      low: curveColumn,
      high: curveColumn,
    })
    .describe('Moving average over steps: the mean of the seeds, and the range of their middle half'),
});
export type ExperimentVariation = z.infer<typeof experimentVariationSchema>;

export const experimentSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  state: jobStateSchema.describe('Of all jobs together: finished when each of them is'),
  createdAt: time,
  progress: z.number().min(0).max(1).describe('Mean progress of the jobs'),
  seeds: z.array(z.int()),
  job: z.record(z.string(), z.unknown()).describe('What all jobs have in common, as it was posted'),
  variations: z.array(experimentVariationSchema),
  winner: z
    .object({
      variation: z.int().describe('Its place in `variations`'),
      isClear: z
        .boolean()
        .describe('Whether its confidence interval lies above those of all other variations'),
    })
    .nullable()
    .describe(
      'The variation with the best score (of equals, with the fewest steps); null until all jobs are finished',
    ),
  jobs: z.array(z.string()).describe('Ids of all jobs'),
});
export type Experiment = z.infer<typeof experimentSchema>;

export const experimentOverviewSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  environment: z.string(),
  state: jobStateSchema,
  createdAt: time,
  progress: z.number(),
  jobs: z.int().describe('Number of jobs'),
});
export type ExperimentOverview = z.infer<typeof experimentOverviewSchema>;

export const experimentPageSchema = z.object({
  data: z.array(experimentOverviewSchema),
  hasMore: z.boolean(),
  lastId: z.string().nullable(),
});
export type ExperimentPage = z.infer<typeof experimentPageSchema>;
