import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { InvalidFlagsError } from './invalid-flags-error.ts';

/** Calls `resolve`, and reports contradictions between job fields under the names of their flags. */
export function reportAsFlags<Result>(resolve: () => Result): Result {
  try {
    return resolve();
  } catch (error) {
    throw error instanceof InvalidJobError ? new InvalidFlagsError(error.issues) : error;
  }
}
