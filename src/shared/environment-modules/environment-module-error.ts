import { AppError } from '../errors/app-error.ts';

/** A module or directory that was to hold environments and does not. */
export class EnvironmentModuleError extends AppError {
  readonly code = 'ENVIRONMENT_MODULE';

  constructor(path: string, problem: string, cause?: unknown) {
    super(`${path} ${problem}`, { cause });
  }
}
