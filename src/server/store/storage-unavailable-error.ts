import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import { AppError } from '../../shared/errors/app-error.ts';

/** The data directory cannot be written at the moment. */
export class StorageUnavailableError extends AppError {
  readonly code = 'STORAGE_UNAVAILABLE';

  constructor(reason: string, options?: ErrorOptions) {
    super(`the data directory cannot be written: ${reason}`, options);
  }
}

/** Writes something to the data directory. A failure of its disk becomes a StorageUnavailableError. */
export async function writeStored<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const reason = explainDiskError(error);
    throw reason === null ? error : new StorageUnavailableError(reason, { cause: error });
  }
}
