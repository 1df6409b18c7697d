// GET /jobs: jobs in pages.
import { z } from 'zod';
import { jobAnswerSchema, jobSchema } from '../job/job.ts';

/** The page as a server writes it. */
export const jobPageAnswerSchema = z.object({
  data: z.array(jobAnswerSchema),
  hasMore: z.boolean(),
  lastId: z.string().nullable(),
});

/** The page as it is read, perhaps from a newer server. */
export const jobPageSchema = jobPageAnswerSchema.extend({ data: z.array(jobSchema) });
export type JobPage = z.infer<typeof jobPageSchema>;
