// A text column that holds JSON, parsed and checked on the way out of the database.
import { z } from 'zod';

/** Reads JSON text as what `schema` says. */
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
