import { AppError } from '../../../errors/app-error.ts';

export class KernelsUnavailableError extends AppError {
  readonly code = 'KERNELS_UNAVAILABLE';
}
