// Messages about zod issues for the user: unknown fields come with a suggestion.
import { z } from 'zod';
import type { InputIssue } from '../errors/app-error.ts';
import { describeFields } from './describe-fields.ts';
import { suggestField } from './suggest-field.ts';

/** One mistake found by zod or by the layer that calls zod. */
export interface FoundIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Unknown fields of the object at `path`. */
  readonly keys?: readonly string[] | undefined;
}

/** Returns one issue per field. An unknown field has its own path; a missing field is called required. */
export function describeIssues(schema: unknown, issues: readonly FoundIssue[]): InputIssue[] {
  let suggestionsLeft = maxSuggestions;
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

/** An object may have thousands of unknown fields, and each suggestion takes time. */
const maxSuggestions = 8;

function describeProblem(message: string): string {
  return message.endsWith('received undefined') ? 'required' : message;
}

function join(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

const fieldsOfSchemas = new WeakMap<object, readonly string[]>();

/** Anybody may send unknown fields repeatedly, so the fields of a schema are computed only once. */
function listFields(schema: unknown): readonly string[] {
  if (!(schema instanceof z.ZodType)) return [];
  const known = fieldsOfSchemas.get(schema);
  if (known) return known;
  const fields = describeFields(schema).map(({ path }) => path);
  fieldsOfSchemas.set(schema, fields);
  return fields;
}
