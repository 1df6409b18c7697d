// Reader of a request for actions. It only looks at the fields themselves: the policy reads the rows, one by one. A
// schema of the rows would take longer than the network does.
import { z } from 'zod';
import { actionsRequestSchema, maxObservations } from '../../shared/api/actions.ts';
import type { InputIssue } from '../../shared/errors/app-error.ts';
import { describeIssues } from '../../shared/fields/describe-issues.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { InvalidActionsJsonError, InvalidActionsRequestError } from './policy-errors.ts';

const maxIdLength = 100;

export interface GivenRows {
  readonly observations: readonly unknown[];
  /** Null if the request has none. */
  readonly masks: readonly unknown[] | null;
  readonly states: readonly unknown[] | null;
  readonly deterministic: boolean;
  readonly seed: number | null;
  readonly model: ModelName;
}

/** Parses a body. Throws InvalidActionsJsonError. */
export function parseActionsBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidActionsJsonError(text === '' ? 'the body is empty' : reason, { cause: error });
  }
}

/** Names a message of a WebSocket, for its answer; undefined if it has none. */
export type MessageId = string | number | undefined;

/** Takes the `id` out of a message. Throws InvalidActionsRequestError if it is neither a text nor a number. */
export function splitId(body: unknown): { readonly id: MessageId; readonly fields: unknown } {
  if (!isRecord(body) || !Object.hasOwn(body, 'id')) return { id: undefined, fields: body };
  const { id, ...fields } = body;
  if (typeof id === 'number' || (typeof id === 'string' && id.length <= maxIdLength)) return { id, fields };
  const message = `expected a number, or a text of at most ${maxIdLength} characters`;
  throw new InvalidActionsRequestError([{ path: 'id', message }]);
}

const rowsSchema = z.custom<readonly unknown[]>(Array.isArray);
/** The request without its rows, which the policy reads. */
const fieldsSchema = actionsRequestSchema.extend({
  observations: rowsSchema.refine(({ length }) => length > 0 && length <= maxObservations),
  masks: rowsSchema.optional(),
  states: rowsSchema.optional(),
});

/** Reads the fields of a request. Throws InvalidActionsRequestError, which names each wrong one. */
export function readActionsRequest(body: unknown): GivenRows {
  const parsed = fieldsSchema.safeParse(body);
  if (!parsed.success) throw new InvalidActionsRequestError(listIssues(body));
  const { masks = null, states = null, seed = null, ...fields } = parsed.data;
  const count = fields.observations.length;
  const issues: InputIssue[] = [];
  for (const [path, given] of [
    ['masks', masks],
    ['states', states],
  ] as const) {
    if (given !== null && given.length !== count)
      issues.push({ path, message: `has ${given.length} rows, and there are ${count} observations` });
  }
  if (issues.length > 0) throw new InvalidActionsRequestError(issues);
  return { ...fields, masks, states, seed };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mistakes in words. Rows are left to the policy, except their number. */
function listIssues(body: unknown): InputIssue[] {
  const parsed = actionsRequestSchema.safeParse(isRecord(body) ? withoutRows(body) : body);
  const issues = parsed.success ? [] : describeIssues(actionsRequestSchema, parsed.error.issues, body);
  return issues.length > 0 ? issues : [{ path: '', message: 'the request is not valid' }];
}

/** Lists in lists are replaced: a mistake in them is found when the policy reads them. */
function withoutRows(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { observations, masks, states, ...fields } = body;
  const shorten = (rows: unknown, row: unknown): unknown =>
    Array.isArray(rows) ? rows.slice(0, maxObservations + 1).map(() => row) : rows;
  return {
    ...fields,
    ...('observations' in body && { observations: shorten(observations, 0) }),
    ...('masks' in body && { masks: shorten(masks, []) }),
    ...('states' in body && { states: shorten(states, null) }),
  };
}
