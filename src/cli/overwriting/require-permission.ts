// Permission to overwrite what a command has written before, or what somebody else has.
import { canAsk, confirm } from '../asking/confirm.ts';
import { OutputExistsError } from './output-exists-error.ts';

export interface Overwriting {
  readonly path: string;
  /** What is there, as the end of a sentence: `is there already`. */
  readonly state: string;
  /** The flag that names another path; default: --output. */
  readonly flag?: string;
  /** Whether the person has allowed it on the command line. */
  readonly force: boolean;
}

/**
 * Asks a person at a terminal, who must answer yes. Elsewhere, only `--force` is a permission. Throws OutputExistsError
 * where there is none.
 */
export async function requirePermission({
  path,
  state,
  flag = '--output',
  force,
}: Overwriting): Promise<void> {
  if (force) return;
  if (!canAsk())
    throw new OutputExistsError(
      `${path} ${state}; choose another path with ${flag}, or overwrite it with --force`,
    );
  if (!(await confirm(`${path} ${state}. Overwrite it?`)))
    throw new OutputExistsError(`nothing was overwritten: ${path} ${state}`);
}
