// Messages about zod issues for the user: unknown fields and values come with a suggestion.
import { z } from 'zod';
import type { InputIssue } from '../errors/app-error.ts';
import { describeFields } from './describe-fields.ts';
import { suggestChoice, suggestFields } from './suggest-names.ts';

/** One mistake found by zod or by the layer that calls zod. */
export interface FoundIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Unknown fields of the object at `path`. */
  readonly keys?: readonly string[] | undefined;
  /** The values that the field may have, if it is a choice. */
  readonly values?: readonly unknown[] | undefined;
  /** The same for the field that chooses between kinds of objects. */
  readonly options?: readonly unknown[] | undefined;
}

/**
 * Returns one issue per field. An unknown field has its own path; a missing field is called required. With the `input`
 * that was refused, an unknown value of a choice comes with the one that was probably meant.
 */
export function describeIssues(
  schema: unknown,
  issues: readonly FoundIssue[],
  input?: unknown,
): InputIssue[] {
  let suggestionsLeft = maxSuggestions;
  const suggest = (find: () => readonly string[]): string => {
    suggestionsLeft -= 1;
    const meant = suggestionsLeft < 0 ? [] : find();
    return meant.length === 0 ? '' : `; did you mean ${meant.join(' or ')}?`;
  };
  const describeKey = (path: string): InputIssue => ({
    path,
    message: `unknown field${suggest(() => suggestFields(path, listFields(schema)))}`,
  });
  const describeValue = ({ path, message, values, options = values }: FoundIssue): InputIssue => {
    const value = options === undefined ? undefined : readPath(input, path);
    const suggestion = typeof value === 'string' ? suggest(() => suggestValues(value, options ?? [])) : '';
    return { path: join(path), message: `${describeProblem(message)}${suggestion}` };
  };
  return issues.flatMap((issue) =>
    issue.keys === undefined
      ? [describeValue(issue)]
      : issue.keys.map((key) => describeKey(join([...issue.path, key]))),
  );
}

function suggestValues(value: string, options: readonly unknown[]): readonly string[] {
  const meant = suggestChoice(
    value,
    options.filter((option) => typeof option === 'string'),
  );
  return meant === null ? [] : [meant];
}

/** The value at a path; undefined if there is none. */
function readPath(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) =>
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
        ? Reflect.get(parent, key)
        : undefined,
    input,
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
