// Answer of GET /storage: the size of the data directory, and the largest jobs.
import { z } from 'zod';
import { jobStateSchema } from '../job/job.ts';

export const maxReportedJobs = 100;

export const storageReportSchema = z.object({
  usedBytes: z.int().describe('Size of the database and the files of jobs, when last measured'),
  databaseBytes: z.int().describe('Size of the database: jobs, events, learning curves and evaluations'),
  freeBytes: z.int().nullable().describe('Free space on the disk; null if it cannot be read'),
  maxBytes: z.int().nullable().describe('Size limit of the data directory; null: no limit'),
  problem: z.string().nullable().describe('Why nothing can be stored at the moment; null: no problem'),
  jobs: z
    .array(z.object({ id: z.string(), name: z.string().nullable(), state: jobStateSchema, bytes: z.int() }))
    .describe(`Up to ${maxReportedJobs} jobs with the largest files, the largest first`),
});
export type StorageReport = z.infer<typeof storageReportSchema>;
