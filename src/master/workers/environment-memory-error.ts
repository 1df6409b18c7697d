import { AppError } from '../../shared/errors/app-error.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';

/** A thread's memory is full. Only environments take growing memory. */
export class EnvironmentMemoryError extends AppError {
  readonly code = 'ENVIRONMENT_OUT_OF_MEMORY';

  constructor({ environment, environmentMemoryMegabytes }: JobSpec, cause: unknown) {
    super(
      `${environment} took more than ${environmentMemoryMegabytes} MB in one worker (environmentMemoryMegabytes)`,
      { cause },
    );
  }
}

/** Whether a thread ended because its heap reached the limit. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
