import { AppError } from '../../shared/errors/app-error.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';

/** A thread whose memory filled up; what grows there is an environment, as nothing else does. */
export class EnvironmentMemoryError extends AppError {
  readonly code = 'ENVIRONMENT_OUT_OF_MEMORY';

  constructor({ environment, environmentMemoryMegabytes }: JobSpec, cause: unknown) {
    super(
      `${environment} took more than ${environmentMemoryMegabytes} MB in one worker (environmentMemoryMegabytes)`,
      { cause },
    );
  }
}

/** Whether a thread was ended because its heap reached its limit. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
