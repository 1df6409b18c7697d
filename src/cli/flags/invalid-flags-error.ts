import { AppError, type InputIssue } from '../../shared/errors/app-error.ts';
import { toFlagName } from './describe-flags.ts';

/** Invalid flag values; each flag is named as it is spelled on the command line. */
export class InvalidFlagsError extends AppError {
  readonly code = 'INVALID_FLAGS';

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ path, message }) => `${toFlagName(path)}: ${message}`).join('; '));
  }
}
