// Failure to create a file for a learning curve.
import { explainDiskError } from '../artifacts/explain-disk-error.ts';
import { AppError } from '../errors/app-error.ts';

/** The file or directory given for learning curves cannot be created or written, or has something else in it. */
export class CurveFileError extends AppError {
  readonly code = 'CURVE_FILE_UNUSABLE';

  /** Of a failure of the disk. */
  static of(what: string, cause: unknown): CurveFileError {
    const reason = explainDiskError(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    return new CurveFileError(`cannot write ${what}: ${reason}`, { cause });
  }
}
