// Setting of servers and trainers: how many jobs run at the same time.
import { availableParallelism } from 'node:os';
import { z } from 'zod';

export const maxRunningJobsSchema = z.coerce
  .number()
  .int()
  .min(1)
  .max(1024)
  .default(availableParallelism())
  .describe('Maximum number of running jobs; their workers never exceed the number of cores');
