import { AppError } from '../../shared/errors/app-error.ts';

/** Reasons for refused gradients, and remedies. */
export const refusalAdvice =
  'rewards or observations are too large for 32-bit floats, or training diverged; try normalizeRewards, ' +
  'normalizeObservations or a lower learning rate';

/** A job that ended without applying a single gradient. */
export class GradientsRefusedError extends AppError {
  readonly code = 'GRADIENTS_REFUSED';

  constructor(refused: number) {
    super(`nothing was learned: none of ${refused} gradients was finite; ${refusalAdvice}`);
  }
}
