// What is stored of a tuning: the request, and the plan that was made of it. The plan is kept, because another version of
// the server may draw other settings.
import { z } from 'zod';
import { tuningRequestSchema } from '../../shared/api/tuning.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';

export const storedTuningSchema = z.object({
  request: tuningRequestSchema.extend({ seed: z.int() }),
  trials: z.array(jobRequestSchema),
  rungs: z.array(z.object({ index: z.int(), candidates: z.int(), steps: z.int(), seeds: z.int() })),
});
export type StoredTuning = z.infer<typeof storedTuningSchema>;
