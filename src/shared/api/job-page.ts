// Answer of GET /jobs: a page of jobs.
import { z } from 'zod';
import { jobAnswerSchema, jobSchema } from '../job/job.ts';

/** The page as the server writes it. */
export const jobPageAnswerSchema = z.object({
  data: z.array(jobAnswerSchema),
  hasMore: z.boolean(),
  lastId: z.string().nullable(),
});

/** The page as the client reads it, perhaps from a newer server. */
export const jobPageSchema = jobPageAnswerSchema.extend({ data: z.array(jobSchema) });
export type JobPage = z.infer<typeof jobPageSchema>;
