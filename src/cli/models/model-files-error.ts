import { AppError } from '../../shared/errors/app-error.ts';

/** A path at which a model was expected, or may not be written. */
export class ModelFilesError extends AppError {
  readonly code = 'MODEL_FILES';
}
