// Errors as data, for process and thread boundaries. An error that is sent directly loses its class, code and cause,
// and may have any size.
import { AppError } from './app-error.ts';
import { cutMiddle, cutText } from './cut-text.ts';
import { readThrownError, readThrownText } from './read-thrown.ts';

/** An error as data; `code` is null for an unexpected error. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly stack: string | null;
  readonly cause: ErrorRecord | null;
}

/** Limit on the causes kept: an error may be its own cause. */
const maxCauses = 4;
const nameLength = 200;
const messageLength = 4_000;
const stackLength = 8_000;

/** Describes any thrown value in a limited number of characters. Keeps the code of an expected failure. */
export function createErrorRecord(thrown: unknown, causes = maxCauses): ErrorRecord {
  const error = readThrownError(thrown);
  if (error === null) return createRecord(readThrownText(thrown));
  const { name, message, stack, cause } = error;
  return {
    ...createRecord(message),
    name: cutText(name, nameLength),
    code: AppError.is(thrown) ? thrown.code : null,
    stack: stack === null ? null : cutMiddle(stack, stackLength),
    cause: cause === undefined ? null : describeCause(cause, causes),
  };
}

function describeCause(cause: unknown, causes: number): ErrorRecord {
  return causes > 0 ? createErrorRecord(cause, causes - 1) : createRecord('… further causes are left out');
}

function createRecord(message: string): ErrorRecord {
  return { name: 'Error', message: cutText(message, messageLength), code: null, stack: null, cause: null };
}

/** Returns an error of limited size: the same expected failure, or a copy of any other thrown value. */
export function toError(thrown: unknown): Error {
  return AppError.is(thrown) ? thrown : restoreError(createErrorRecord(thrown));
}

/** An expected failure from another thread or process. */
class ReportedError extends AppError {
  readonly code: string;

  constructor({ message, cause }: ErrorRecord, code: string) {
    super(message, cause === null ? {} : { cause: restoreError(cause) });
    this.code = code;
  }
}

/** Creates the error that a record describes. An expected failure gets its code back. */
export function restoreError(record: ErrorRecord): Error {
  const { name, message, code, stack, cause } = record;
  const error =
    code === null
      ? new Error(message, cause === null ? {} : { cause: restoreError(cause) })
      : new ReportedError(record, code);
  error.name = name;
  error.stack = stack ?? `${name}: ${message}`;
  return error;
}

/** The stacks of an error and its causes, as a log shows them. */
export function describeStack({ name, message, stack, cause }: ErrorRecord): string {
  const own = stack ?? `${name}: ${message}`;
  return cause === null ? own : `${own}\ncaused by: ${describeStack(cause)}`;
}
