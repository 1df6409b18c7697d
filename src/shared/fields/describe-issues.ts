// What zod found wrong, in words for whoever wrote the value: unknown fields with the ones that were meant.
import { z } from 'zod';
import type { InputIssue } from '../errors/app-error.ts';
import { describeFields } from './describe-fields.ts';
import { suggestField } from './suggest-field.ts';

/** One thing that zod, or what stands between it and us, found wrong. */
export interface FoundIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Fields that the object at `path` may not have. */
  readonly keys?: readonly string[] | undefined;
}

/** One issue per field: an unknown one is named by its own path, and a missing one is called required. */
export function describeIssues(schema: unknown, issues: readonly FoundIssue[]): InputIssue[] {
  let suggestionsLeft = mostSuggestions;
  const describeUnknown = (path: string): InputIssue => {
    suggestionsLeft -= 1;
    const meant = suggestionsLeft < 0 ? null : suggestField(path, listFields(schema));
    return { path, message: meant === null ? 'unknown field' : `unknown field; did you mean ${meant}?` };
  };
  return issues.flatMap(({ path, message, keys }) =>
    keys === undefined
      ? [{ path: join(path), message: describeProblem(message) }]
      : keys.map((key) => describeUnknown(join([...path, key]))),
  );
}

/** An object may have unknown fields by the thousand, and looking for what was meant takes its time. */
const mostSuggestions = 8;

function describeProblem(message: string): string {
  return message.endsWith('received undefined') ? 'required' : message;
}

function join(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

const fieldsOfSchemas = new WeakMap<object, readonly string[]>();

/** Anybody may send unknown fields, again and again: a schema is read once. */
function listFields(schema: unknown): readonly string[] {
  if (!(schema instanceof z.ZodType)) return [];
  const known = fieldsOfSchemas.get(schema);
  if (known) return known;
  const fields = describeFields(schema).map(({ path }) => path);
  fieldsOfSchemas.set(schema, fields);
  return fields;
}
