// GET /storage: what the data directory takes, and which jobs take the most.
import { z } from 'zod';
import { jobStateSchema } from '../job/job.ts';

export const maxReportedJobs = 100;

export const storageReportSchema = z.object({
  usedBytes: z.int().describe('Database and files of jobs, as last measured'),
  databaseBytes: z.int().describe('Jobs, events, learning curves and evaluations'),
  freeBytes: z.int().nullable().describe('Room left on the disk; null while it cannot be read'),
  maxBytes: z.int().nullable().describe('Most that the data directory may hold; null: no limit'),
  problem: z.string().nullable().describe('Why nothing can be stored at the moment; null: all is well'),
  jobs: z
    .array(z.object({ id: z.string(), name: z.string().nullable(), state: jobStateSchema, bytes: z.int() }))
    .describe(`Up to ${maxReportedJobs} jobs with the largest files, the largest first`),
});
export type StorageReport = z.infer<typeof storageReportSchema>;
