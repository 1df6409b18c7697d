// Checks errors that came as data; apart from what makes them, which every worker thread loads.
import { z } from 'zod';
import type { ErrorRecord } from './error-record.ts';

export const errorRecordSchema: z.ZodType<ErrorRecord> = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().nullable(),
  stack: z.string().nullable(),
  get cause() {
    return errorRecordSchema.nullable();
  },
});
