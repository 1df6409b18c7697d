import { AppError } from '../../shared/errors/app-error.ts';

/** The data directory takes no data at the moment. */
export class StorageUnavailableError extends AppError {
  readonly code = 'STORAGE_UNAVAILABLE';

  constructor(reason: string, options?: ErrorOptions) {
    super(`the data directory takes no data: ${reason}`, options);
  }
}
