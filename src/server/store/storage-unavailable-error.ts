import { AppError } from '../../shared/errors/app-error.ts';

/** The data directory cannot be written at the moment. */
export class StorageUnavailableError extends AppError {
  readonly code = 'STORAGE_UNAVAILABLE';

  constructor(reason: string, options?: ErrorOptions) {
    super(`the data directory cannot be written: ${reason}`, options);
  }
}
