// Text of expected failures, for standard error.
import { explainStartFailure } from '../server/start-errors.ts';
import { explainDiskError } from '../shared/artifacts/explain-disk-error.ts';
import type { AppError } from '../shared/errors/app-error.ts';

/** Limit on the causes shown: an error may be its own cause. */
const maxCauses = 4;

/**
 * Describes the failure in one line, followed by each cause that the failure's message does not already contain. An
 * error thrown by an environment (the user's own code) is shown with its stack.
 */
export function describeFailure(failure: AppError): string {
  const lines = [`error: ${failure.message}`];
  let error: Error = failure;
  let isUserCode = false;
  for (let depth = 0; depth < maxCauses && error.cause instanceof Error; depth += 1) {
    isUserCode ||= 'code' in error && error.code === 'ENVIRONMENT_FAILED';
    error = error.cause;
    const [text, ...otherWords] = isUserCode ? [error.stack ?? error.message] : listWordings(error);
    const isShown = lines.some((line) => [text, ...otherWords].some((words) => line.includes(words)));
    if (!isShown) lines.push(`caused by: ${text}`);
  }
  return lines.join('\n');
}

/** The error's message, and other forms in which it may be quoted. */
function listWordings(error: Error): [string, ...string[]] {
  const others = [explainStartFailure(error), explainDiskError(error)];
  return [error.message, ...others.filter((words) => words !== null)];
}
