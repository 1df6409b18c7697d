import { AppError } from '../../shared/errors/app-error.ts';

/** A replay cannot be made, or its file cannot be written. */
export class ReplayError extends AppError {
  readonly code = 'REPLAY_FAILED';
}
