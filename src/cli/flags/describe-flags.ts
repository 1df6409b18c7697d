// Command-line flags derived from a zod schema: one per field; nested fields have a dot.
import type { z } from 'zod';
import { describeFields, type Field } from '../../shared/fields/describe-fields.ts';

export interface Flag extends Field {
  /** Spelling, e.g. `--optimizer.learning-rate`. */
  readonly name: string;
}

/** Lists the flags of an object schema in its order, without the excluded fields and everything below them. */
export function describeFlags(schema: z.ZodType, excluded: readonly string[] = []): Flag[] {
  const isExcluded = (path: string): boolean =>
    excluded.some((name) => path === name || path.startsWith(`${name}.`));
  return describeFields(schema)
    .filter(({ path }) => !isExcluded(path))
    .map((field) => ({ ...field, name: toFlagName(field.path) }));
}

/** `stop.maxSteps` → `--stop.max-steps`. */
export function toFlagName(path: string): string {
  return `--${path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
