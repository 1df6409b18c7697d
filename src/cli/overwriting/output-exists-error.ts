import { AppError } from '../../shared/errors/app-error.ts';

/** A command would overwrite something, and nobody has allowed it. */
export class OutputExistsError extends AppError {
  readonly code = 'OUTPUT_EXISTS';
}
