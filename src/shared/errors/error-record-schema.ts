// Schema of error records. It is separate from the code that creates records, which every worker thread loads.
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
