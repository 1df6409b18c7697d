// Errors of requests about jobs.
import { AppError } from '../../shared/errors/app-error.ts';
import type { JobState } from '../../shared/job/job.ts';
import type { ModelName } from '../../shared/job/model-name.ts';

export class JobNotFoundError extends AppError {
  readonly code = 'JOB_NOT_FOUND';

  constructor(id: string) {
    super(`there is no job ${JSON.stringify(id)}`);
  }
}

/** The files of a stored model are whole but no model that this version knows. */
export class UnreadableModelError extends AppError {
  readonly code = 'MODEL_NOT_EXPORTABLE';

  constructor(cause: Error) {
    super(`the model cannot be read, so it cannot be written in another format: ${cause.message}`, { cause });
  }
}

/** Only a finished job can be deleted. */
export class JobNotFinishedError extends AppError {
  readonly code = 'JOB_NOT_FINISHED';

  constructor(state: JobState) {
    super(`a job that is ${state} cannot be deleted; cancel it first`);
  }
}

/** What a job is trained with can only be changed before it ends. */
export class JobEndedError extends AppError {
  readonly code = 'JOB_ENDED';

  constructor(state: JobState) {
    super(
      `a job that is ${state} is not trained any more, so only its name and metadata can change; ` +
        'resume it with larger limits, or post a new job that starts from its model',
    );
  }
}

/** A job cannot be resumed with limits that it has already reached. */
export class StopLimitReachedError extends AppError {
  readonly code = 'STOP_LIMIT_REACHED';

  constructor(name: string, { limit, reached }: { readonly limit: number; readonly reached: number }) {
    super(
      `the job has reached stop.${name}: ${Math.floor(reached)} of ${limit}; resume it with a larger limit`,
    );
  }
}

/** Too many jobs are waiting. */
export class QueueFullError extends AppError {
  readonly code = 'QUEUE_FULL';

  constructor(limit: number, queued = limit) {
    super(
      queued >= limit
        ? `${limit} jobs are queued; post again when some have started`
        : `${queued} of at most ${limit} jobs are queued, which leaves no room for so many; post fewer, or wait`,
    );
  }
}

/** The Idempotency-Key was used for another request. */
export class IdempotencyKeyReusedError extends AppError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';

  constructor() {
    super('this Idempotency-Key was used for a different request');
  }
}

/** The job does not have this model yet: the first is written after the first evaluation. */
export class ModelNotReadyError extends AppError {
  readonly code = 'MODEL_NOT_READY';

  constructor(model: ModelName) {
    super(`this job has no ${model} model yet; it appears with the first evaluation`);
  }
}
