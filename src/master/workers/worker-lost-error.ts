// A worker on another machine has left, or is not heard any more.
import { AppError } from '../../shared/errors/app-error.ts';

export class WorkerLostError extends AppError {
  readonly code = 'WORKER_LOST';

  constructor(worker: number, reason: string) {
    super(`worker ${worker} ${reason}`);
  }
}
