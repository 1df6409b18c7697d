import { AppError } from '../../shared/errors/app-error.ts';

/** A path holds no model, or cannot be used to write one. */
export class ModelFilesError extends AppError {
  readonly code = 'MODEL_FILES';
}
