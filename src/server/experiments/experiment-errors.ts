// Errors of requests about experiments and tunings.
import { AppError } from '../../shared/errors/app-error.ts';

export class ExperimentNotFoundError extends AppError {
  readonly code = 'EXPERIMENT_NOT_FOUND';

  constructor(id: string) {
    super(`there is no experiment ${JSON.stringify(id)}; GET /experiments lists them`);
  }
}

export class TuningNotFoundError extends AppError {
  readonly code = 'TUNING_NOT_FOUND';

  constructor(id: string) {
    super(`there is no tuning ${JSON.stringify(id)}; GET /tunings lists them`);
  }
}

/** Only an experiment or tuning whose jobs are finished can be deleted. */
export class ExperimentNotFinishedError extends AppError {
  readonly code = 'EXPERIMENT_NOT_FINISHED';

  constructor(unfinished: number) {
    super(`${unfinished} of its jobs are not finished; cancel it first`);
  }
}
