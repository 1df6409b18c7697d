import { AppError } from '../errors/app-error.ts';

/** A model that cannot be written in a format, because it has a layer that the writer does not know. */
export class ModelNotExportableError extends AppError {
  readonly code = 'MODEL_NOT_EXPORTABLE';

  constructor(layer: string, reason: string) {
    super(`layer ${layer} cannot be written as ONNX: ${reason}; the zip has the whole model`);
  }
}
