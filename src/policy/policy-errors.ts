// Errors of loading and asking a policy. InvalidModelError says that files were found but are no valid model.
import { AppError } from '../shared/errors/app-error.ts';

/** The files of a model cannot be found or fetched. */
export class ModelUnavailableError extends AppError {
  readonly code = 'MODEL_UNAVAILABLE';
}

/** `predict` was given something that the policy cannot act on. */
export class PredictionInputError extends AppError {
  readonly code = 'INVALID_PREDICTION_INPUT';
}
