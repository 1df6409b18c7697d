// Errors as data, for process and thread boundaries: an error that is sent as it is loses its class, code and cause.
import type { ErrorRecord } from '../protocol/messages.ts';
import { AppError } from './app-error.ts';

/** Causes further down are left out: an error may be its own. */
const maxCauses = 4;

/** Describes anything that was thrown; the code of an expected failure is kept. */
export function createErrorRecord(error: unknown, causes = maxCauses): ErrorRecord {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: describeThrown(error), code: null, stack: null, cause: null };
  }
  const hasCause = error.cause !== undefined && causes > 0;
  return {
    name: error.name,
    message: error.message,
    code: error instanceof AppError ? error.code : null,
    stack: error.stack ?? null,
    cause: hasCause ? createErrorRecord(error.cause, causes - 1) : null,
  };
}

/** Anything can be thrown, even what has no words for itself. */
function describeThrown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that cannot be described was thrown';
  }
}

/** An expected failure that happened in another thread or process. */
class ReportedError extends AppError {
  readonly code: string;

  constructor({ message, cause }: ErrorRecord, code: string) {
    super(message, cause === null ? {} : { cause: restoreError(cause) });
    this.code = code;
  }
}

/** The error that a record describes; an expected failure has its code again. */
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
