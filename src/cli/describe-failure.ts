// Expected failures in words, for standard error.
import { explainStartFailure } from '../server/start-errors.ts';
import { explainDiskError } from '../shared/artifacts/explain-disk-error.ts';
import type { AppError } from '../shared/errors/app-error.ts';

/** Causes further down are left out: an error may be its own. */
const mostCauses = 4;

/**
 * The failure in a line, and those of its causes that it quotes neither as they are nor in other words. An environment is the user's own code, so what
 * it threw comes with the stack.
 */
export function describeFailure(failure: AppError): string {
  const lines = [`error: ${failure.message}`];
  let error: Error = failure;
  let isUsers = false;
  for (let depth = 0; depth < mostCauses && error.cause instanceof Error; depth += 1) {
    isUsers ||= 'code' in error && error.code === 'ENVIRONMENT_FAILED';
    error = error.cause;
    const [text, ...otherWords] = isUsers ? [error.stack ?? error.message] : word(error);
    const isSaid = lines.some((line) => [text, ...otherWords].some((words) => line.includes(words)));
    if (!isSaid) lines.push(`caused by: ${text}`);
  }
  return lines.join('\n');
}

/** The error's message, and what else it may have been called on the way. */
function word(error: Error): [string, ...string[]] {
  const others = [explainStartFailure(error), explainDiskError(error)];
  return [error.message, ...others.filter((words) => words !== null)];
}
