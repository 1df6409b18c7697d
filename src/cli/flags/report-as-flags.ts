import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { InvalidFlagsError } from './invalid-flags-error.ts';

/** Reports contradictions between the fields of a job by their flags, as any other wrong value. */
export function nameFlags<Result>(resolve: () => Result): Result {
  try {
    return resolve();
  } catch (error) {
    throw error instanceof InvalidJobError ? new InvalidFlagsError(error.issues) : error;
  }
}
