import { AppError, type InputIssue } from '../../shared/errors/app-error.ts';
import { toFlagName } from './describe-flags.ts';

/** Invalid flag values; each flag is named as it is spelled on the command line. */
export class InvalidFlagsError extends AppError {
  readonly code = 'INVALID_FLAGS';

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(describeInFlags).join('; '));
  }
}

/** One mistake, with the flag that it is in. The environment is an argument. */
export function describeInFlags({ path, message }: InputIssue): string {
  return `${path === 'environment' ? path : toFlagName(path)}: ${message}`;
}
