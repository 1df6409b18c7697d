import { AppError } from '../errors/app-error.ts';

/** Model files that do not fit together, or that do not contain a model of this program. */
export class InvalidModelError extends AppError {
  readonly code = 'INVALID_MODEL';
}
