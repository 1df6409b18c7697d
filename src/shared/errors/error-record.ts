// Errors as data, for process and thread boundaries.
import type { ErrorRecord } from '../protocol/messages.ts';
import { AppError } from './app-error.ts';

/** Describes anything that was thrown; the code of an expected failure is kept. */
export function createErrorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null, stack: null };
  const code = error instanceof AppError ? error.code : null;
  return { name: error.name, message: error.message, code, stack: error.stack ?? null };
}
