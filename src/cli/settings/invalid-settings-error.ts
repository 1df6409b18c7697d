import { AppError } from '../../shared/errors/app-error.ts';

/** A file of settings cannot be read, or its fields are invalid; the message names the file and each field. */
export class InvalidSettingsError extends AppError {
  readonly code = 'INVALID_SETTINGS';
}
