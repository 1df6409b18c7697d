import { AppError } from '../errors/app-error.ts';

/** Model files that do not fit together or are no model of ours. */
export class InvalidModelError extends AppError {
  readonly code = 'INVALID_MODEL';
}
