// Expected failures in words, for standard error.
import type { AppError } from '../shared/errors/app-error.ts';

/** Causes further down are left out: an error may be its own. */
const mostCauses = 4;

/**
 * The failure in a line, and those of its causes that it does not quote. An environment is the user's own code, so what
 * it threw comes with the stack.
 */
export function describeFailure(failure: AppError): string {
  const lines = [`error: ${failure.message}`];
  let error: Error = failure;
  let isUsers = false;
  for (let depth = 0; depth < mostCauses && error.cause instanceof Error; depth += 1) {
    isUsers ||= 'code' in error && error.code === 'ENVIRONMENT_FAILED';
    error = error.cause;
    const text = isUsers ? (error.stack ?? error.message) : error.message;
    if (!lines.some((line) => line.includes(text))) lines.push(`caused by: ${text}`);
  }
  return lines.join('\n');
}
