import { AppError } from '../../shared/errors/app-error.ts';

/** Something could not be set up on this machine. */
export class SetupError extends AppError {
  readonly code = 'SETUP_FAILED';
}
