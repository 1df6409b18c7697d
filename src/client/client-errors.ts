// Errors of the client. All are an A3CError; an aborted call rejects with the reason of its signal instead.
import type { Problem } from '../shared/api/problem.ts';
import { AppError, type InputIssue } from '../shared/errors/app-error.ts';

/** A call that did not succeed. `code` says why: see docs/errors.md. */
export abstract class A3CError extends AppError {}

/** The server refused the call. */
export class A3CApiError extends A3CError {
  /** Code of the server's answer. `HTTP_502` and the like: another program answered, such as a proxy. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** The invalid fields, if fields are the cause. */
  readonly issues: readonly InputIssue[];

  constructor(refusal: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly issues?: readonly InputIssue[];
  }) {
    super(refusal.message);
    this.status = refusal.status;
    this.code = refusal.code;
    this.issues = refusal.issues ?? [];
  }
}

/** Nothing answered, or the connection broke before the end of the answer. */
export class A3CNetworkError extends A3CError {
  readonly code = 'SERVER_UNREACHABLE';

  constructor(url: URL, cause: unknown) {
    super(`no answer from ${url.origin}: ${describeCause(cause)}`, { cause });
  }
}

/** Something answered that is no server of this project, or one of another version. */
export class A3CAnswerError extends A3CError {
  readonly code = 'UNEXPECTED_ANSWER';
}

/** A policy that the server played cannot go on, e.g. because its environment threw. */
export class A3CPlayerError extends A3CError {
  /** Code of the server, e.g. ENVIRONMENT_FAILED. */
  readonly code: string;

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

/** The client was made with something that is no address of a server, or no token. */
export class A3CSettingsError extends A3CError {
  readonly code = 'INVALID_CLIENT_SETTINGS';
}

/** Reads the problem in an answer. Builds one if a proxy answered instead of the server. */
export function readRefusal(status: number, body: string): A3CApiError {
  const problem = readProblem(body);
  if (problem?.code === undefined)
    return new A3CApiError({ status, code: `HTTP_${status}`, message: `the server answered ${status}` });
  const { code, title, detail, errors: issues = [] } = problem;
  const fields = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const summary = detail ?? title ?? code;
  const message = fields === '' ? summary : `${summary} (${fields})`;
  return new A3CApiError({ status, code, message, issues });
}

function readProblem(body: string): Partial<Problem> | null {
  try {
    const json: unknown = JSON.parse(body);
    return isProblem(json) ? json : null;
  } catch {
    // Not JSON: no answer of the server itself.
    return null;
  }
}

/** Problems of proxies and of newer servers may have fewer fields. */
function isProblem(json: unknown): json is Partial<Problem> {
  if (typeof json !== 'object' || json === null) return false;
  const { code, title, detail, errors = [] }: { [Field in keyof Problem]?: unknown } = json;
  const texts = [code, title, detail];
  return (
    texts.every((text) => text === undefined || typeof text === 'string') &&
    Array.isArray(errors) &&
    errors.every(isIssue)
  );
}

function isIssue(value: unknown): value is InputIssue {
  if (typeof value !== 'object' || value === null) return false;
  const { path, message }: { [Field in keyof InputIssue]?: unknown } = value;
  return typeof path === 'string' && typeof message === 'string';
}

/** fetch says only "fetch failed"; its cause has the reason. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
