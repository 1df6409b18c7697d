// Answer of GET /status: a summary of the server and its jobs.
import { z } from 'zod';
import { endedBySchema, engineSchema, jobStateSchema, jobWarningSchema, type JobState } from '../job/job.ts';
import { algorithmSchema } from '../job/job-spec.ts';

export const maxListedJobs = 100;

export const jobOverviewSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  environment: z.string(),
  algorithm: algorithmSchema,
  state: jobStateSchema,
  stateReason: z.string().nullable().default(null),
  endedBy: endedBySchema,
  movingAverageReward: z.number().nullable(),
  bestReward: z.number().nullable(),
  episodes: z.int(),
  steps: z.int(),
  stepsPerSecond: z.number(),
  progress: z.number(),
  // Answers of earlier servers lack these four.
  createdAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().nullable().optional(),
  estimatedFinishAt: z.iso.datetime().nullable().optional(),
  workers: z.int().optional(),
  warnings: z.array(jobWarningSchema).default([]),
  experiment: z.string().nullable().default(null).describe('Id of its experiment or tuning'),
  engine: engineSchema
    .nullable()
    .default(null)
    .describe('What computes the network; null until a job has started'),
});
export type JobOverview = z.infer<typeof jobOverviewSchema>;

/** Answer of GET /overviews: a page of jobs in short, newest first. */
export const jobOverviewPageSchema = z.object({
  data: z.array(jobOverviewSchema),
  hasMore: z.boolean(),
  lastId: z.string().nullable(),
});
export type JobOverviewPage = z.infer<typeof jobOverviewPageSchema>;

export const serverFactsSchema = z.object({
  version: z.string(),
  startedAt: z.iso.datetime(),
  cores: z.int().describe('Workers that may train at the same time'),
  maxRunningJobs: z.int(),
});
/** Facts about the server itself. */
export type ServerFacts = z.infer<typeof serverFactsSchema>;

const count = z.int();
const countsSchema = z.object({
  queued: count,
  running: count,
  pausing: count,
  paused: count,
  cancelling: count,
  succeeded: count,
  failed: count,
  cancelled: count,
} satisfies Record<JobState, z.ZodInt>);

export const serverStatusSchema = z.object({
  server: serverFactsSchema,
  counts: countsSchema.describe('Number of jobs in each state'),
  jobs: z.array(jobOverviewSchema).describe(`Up to ${maxListedJobs} jobs, running ones first`),
});
export type ServerStatus = z.infer<typeof serverStatusSchema>;

/** Answer of GET /healthz and /readyz. */
export const healthSchema = z.object({ status: z.literal('ok') });
export type Health = z.infer<typeof healthSchema>;
