import { AppError } from '../errors/app-error.ts';

/** A module or directory contains no environment, or cannot be loaded. */
export class EnvironmentModuleError extends AppError {
  readonly code = 'ENVIRONMENT_MODULE';

  constructor(path: string, problem: string, cause?: unknown) {
    super(`${path} ${problem}`, { cause });
  }
}
