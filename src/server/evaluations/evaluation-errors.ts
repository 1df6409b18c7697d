// Errors of evaluations that clients ask for.
import { AppError } from '../../shared/errors/app-error.ts';

export class EvaluationNotFoundError extends AppError {
  readonly code = 'EVALUATION_NOT_FOUND';

  constructor(id: string) {
    super(`this job has no evaluation ${JSON.stringify(id)}`);
  }
}

export class TooManyEvaluationsError extends AppError {
  readonly code = 'TOO_MANY_EVALUATIONS';

  constructor(limit: number) {
    super(`${limit} evaluations wait already; ask again when some have been played, or delete one`);
  }
}
