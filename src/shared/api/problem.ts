// Body of every error answer (RFC 9457).
import { z } from 'zod';

export const problemSchema = z.object({
  type: z.string().describe('Always about:blank; `code` identifies the error'),
  title: z.string(),
  status: z.int(),
  code: z.string().describe('Stable name of the error, see docs/errors.md'),
  detail: z.string(),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('The invalid fields'),
});
export type Problem = z.infer<typeof problemSchema>;

export const problemContentType = 'application/problem+json';
