// Warning that a curve file cannot be written.
import type { JobWarning } from '../job/job.ts';

const warningCode = 'CURVE_NOT_WRITTEN';

/** A disk that fails does not stop the training. */
export function warnOfFailure(reason: string): JobWarning {
  const message = `the files of the learning curve cannot be written: ${reason}; training goes on, and writing is tried again`;
  return { code: warningCode, message };
}
