import { AppError } from '../../errors/app-error.ts';

/** A backend of TensorFlow.js cannot be started. */
export class BackendUnavailableError extends AppError {
  readonly code = 'BACKEND_UNAVAILABLE';
}
