// Body of POST /jobs/{id}/resume.
import { z } from 'zod';
import { stopSchema } from '../job-fields/job-fields.ts';

export const resumeRequestSchema = z.strictObject({
  stop: stopSchema.partial().default({}).describe('Limits to change; the others stay the same'),
});
export type ResumeRequest = z.input<typeof resumeRequestSchema>;
