// Reader of a request for actions. It only looks at the fields themselves: the policy reads the rows, one by one. A
// schema would take longer for them than the network does.
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

/** Reads the fields of a request. Throws InvalidActionsRequestError, which names each wrong one. */
export function readActionsRequest(body: unknown): GivenRows {
  const found = new FieldReader(body);
  const rows: GivenRows = {
    observations: found.readRows('observations') ?? [],
    masks: found.readRows('masks'),
    states: found.readRows('states'),
    deterministic: found.readBoolean('deterministic', true),
    seed: found.readSeed('seed'),
    model: found.readModel('model'),
  };
  const count = rows.observations.length;
  const isWrong = count === 0 || count > maxObservations || found.hasProblem || found.hasOthers;
  if (isWrong) throw new InvalidActionsRequestError(listIssues(body));
  const issues: InputIssue[] = [];
  for (const [path, given] of [
    ['masks', rows.masks],
    ['states', rows.states],
  ] as const) {
    if (given !== null && given.length !== count)
      issues.push({ path, message: `has ${given.length} rows, and there are ${count} observations` });
  }
  if (issues.length > 0) throw new InvalidActionsRequestError(issues);
  return rows;
}

/** Reads fields of a body that may be anything, and counts those that it has read. */
class FieldReader {
  readonly #body: unknown;
  hasProblem = false;
  #read = 0;

  constructor(body: unknown) {
    this.#body = body;
  }

  /** Whether the body has fields that nobody has read. */
  get hasOthers(): boolean {
    return !isRecord(this.#body) || Object.keys(this.#body).length !== this.#read;
  }

  readRows(name: string): readonly unknown[] | null {
    const value = this.#take(name);
    if (value === undefined) return null;
    if (isArray(value)) return value;
    this.hasProblem = true;
    return null;
  }

  readBoolean(name: string, standard: boolean): boolean {
    const value = this.#take(name) ?? standard;
    if (typeof value === 'boolean') return value;
    this.hasProblem = true;
    return standard;
  }

  readSeed(name: string): number | null {
    const value = this.#take(name);
    if (value === undefined) return null;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.hasProblem = true;
    return null;
  }

  readModel(name: string): ModelName {
    const value = this.#take(name) ?? 'best';
    if (value === 'best' || value === 'latest') return value;
    this.hasProblem = true;
    return 'best';
  }

  #take(name: string): unknown {
    if (!isRecord(this.#body) || !Object.hasOwn(this.#body, name)) return undefined;
    this.#read += 1;
    const value = this.#body[name];
    // JSON has no undefined, and no field of a request may be null.
    if (value === null) this.hasProblem = true;
    return value;
  }
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
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
