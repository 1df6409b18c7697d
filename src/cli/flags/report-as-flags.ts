import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { InvalidFlagsError } from './invalid-flags-error.ts';

/** Calls `resolve`, and reports contradictions between job fields under the names of their flags. */
export async function reportAsFlags<Result>(resolve: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await resolve();
  } catch (error) {
    throw error instanceof InvalidJobError ? new InvalidFlagsError(error.issues) : error;
  }
}
