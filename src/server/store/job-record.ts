// Row of the jobs table, checked: what the server knows about a job.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  endedBySchema,
  engineSchema,
  jobChangeSchema,
  jobIdSchema,
  jobStateSchema,
  jobWarningSchema,
  trainingFiguresSchema,
  type JobId,
} from '../../shared/job/job.ts';
import { algorithmSchema } from '../../shared/job/job-spec.ts';
import { storedJobSpecSchema } from '../../shared/job/stored-job-spec.ts';
import { jsonColumn } from './json-column.ts';

export const jobErrorSchema = z.object({ code: z.string(), message: z.string() });
export type JobError = z.infer<typeof jobErrorSchema>;

export const jobRecordSchema = z.object({
  sequence: z.int(),
  id: jobIdSchema,
  name: z.string().nullable(),
  state: jobStateSchema,
  stateReason: z.string().nullable(),
  endedBy: endedBySchema,
  spec: jsonColumn(storedJobSpecSchema),
  figures: jsonColumn(trainingFiguresSchema).nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  attempt: z.int(),
  masterDeaths: z.int(),
  error: jsonColumn(jobErrorSchema).nullable(),
  bestModelSteps: z.int().nullable(),
  latestModelSteps: z.int().nullable(),
  checkpointSteps: z.int().nullable(),
  checkpointTime: z.string().nullable(),
  isHeld: z.int().transform((flag) => flag === 1),
  warnings: jsonColumn(z.array(jobWarningSchema)),
  /** What computed the network when the job started last; null before. */
  engine: jsonColumn(engineSchema).nullable(),
  changes: jsonColumn(z.array(jobChangeSchema)),
  experimentId: z.string().nullable(),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** Fields for an overview of many jobs. The spec is left out, because parsing it would be most of the work. */
export const jobSummarySchema = z.object({
  id: jobIdSchema,
  name: z.string().nullable(),
  environment: z.string(),
  algorithm: algorithmSchema,
  state: jobStateSchema,
  stateReason: z.string().nullable(),
  endedBy: endedBySchema,
  workers: z.int(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  figures: jsonColumn(trainingFiguresSchema).nullable(),
  warnings: jsonColumn(z.array(jobWarningSchema)),
  engine: jsonColumn(engineSchema).nullable(),
  experimentId: z.string().nullable(),
});
export type JobSummary = z.infer<typeof jobSummarySchema>;

/** Creates an id: `job_` and 20 characters of 0–9 a–z, with more than 100 random bits. */
export function createJobId(): JobId {
  const number = BigInt(`0x${randomBytes(16).toString('hex')}`);
  return jobIdSchema.parse(`job_${number.toString(36).padStart(25, '0').slice(-20)}`);
}
