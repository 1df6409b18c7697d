import { AppError } from '../errors/app-error.ts';

/** An environment was created before what it needs was loaded, or this cannot be loaded. */
export class EnvironmentNotLoadedError extends AppError {
  readonly code = 'ENVIRONMENT_NOT_LOADED';

  constructor(id: string, reason?: string, cause?: unknown) {
    super(
      reason === undefined
        ? `${id} is created before its physics is loaded; await its definition's load() first`
        : `the physics of ${id} cannot be loaded: ${reason}`,
      { cause },
    );
  }
}
