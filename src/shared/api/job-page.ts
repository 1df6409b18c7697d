// GET /jobs: jobs in pages.
import { z } from 'zod';
import { jobSchema } from '../job/job.ts';

export const jobPageSchema = z.object({
  data: z.array(jobSchema),
  hasMore: z.boolean(),
  lastId: z.string().nullable(),
});
export type JobPage = z.infer<typeof jobPageSchema>;
