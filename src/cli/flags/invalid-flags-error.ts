import { AppError, type InputIssue } from '../../shared/errors/app-error.ts';
import { toFlagName } from './describe-flags.ts';

/** Flag values that cannot be used, each flag named as it is spelled on the command line. */
export class InvalidFlagsError extends AppError {
  readonly code = 'INVALID_FLAGS';

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ path, message }) => `${toFlagName(path)}: ${message}`).join('; '));
  }
}
