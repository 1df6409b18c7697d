import { AppError } from '../../shared/errors/app-error.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';

/** A call of an environment's code hangs. */
export class EnvironmentTimeoutError extends AppError {
  readonly code = 'ENVIRONMENT_TIMEOUT';

  constructor({ environment, environmentTimeoutSeconds }: JobSpec) {
    super(
      `${environment} did not answer within ${environmentTimeoutSeconds} s (environmentTimeoutSeconds): ` +
        'a call of its code neither returned nor settled',
    );
  }
}
