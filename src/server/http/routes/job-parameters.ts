// Job id in addresses.
import { z } from 'zod';
import { jobIdSchema, type JobId } from '../../../shared/job/job.ts';
import { JobNotFoundError } from '../../jobs/job-errors.ts';
import { exampleIds } from '../openapi/example-ids.ts';

export const jobParametersSchema = z.object({
  id: z.string().meta({ description: 'Id of a job', examples: [exampleIds.job] }),
});

/** Parses the id. An id with a wrong format is answered like an unknown job. */
export function parseJobId({ id }: z.infer<typeof jobParametersSchema>): JobId {
  const parsed = jobIdSchema.safeParse(id);
  if (!parsed.success) throw new JobNotFoundError(id);
  return parsed.data;
}
