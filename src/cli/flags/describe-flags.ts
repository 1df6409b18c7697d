// Derives command-line flags from a zod schema: one per field, nested fields with a dot.
import type { z } from 'zod';
import { describeFields, type Field } from '../../shared/fields/describe-fields.ts';

export interface Flag extends Field {
  /** How it is spelled: `--optimizer.learning-rate`. */
  readonly name: string;
}

/** The flags of every field of an object schema, in its order, but for those excluded and all below them. */
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
