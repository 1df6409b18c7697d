// Text column with JSON, parsed and checked when it is read.
import { z } from 'zod';

/** Reads JSON text with `schema`. */
export function jsonColumn<Value>(schema: z.ZodType<Value>): z.ZodType<Value, string> {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch (error) {
        context.addIssue(`broken JSON in the store: ${String(error)}`);
        return z.NEVER;
      }
    })
    .pipe(schema);
}
