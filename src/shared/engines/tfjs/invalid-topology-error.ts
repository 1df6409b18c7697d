import { AppError } from '../../errors/app-error.ts';

/** A topology is no layers model that a job can train. */
export class InvalidTopologyError extends AppError {
  readonly code = 'INVALID_TOPOLOGY';
}
