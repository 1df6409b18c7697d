import { AppError } from '../../shared/errors/app-error.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';

/** An environment exited its thread. */
export class EnvironmentExitError extends AppError {
  readonly code = 'ENVIRONMENT_FAILED';

  constructor({ environment }: JobSpec, exitCode: number) {
    super(
      `${environment} called process.exit(${exitCode}), which ends its worker; ` +
        'end an episode with terminated or truncated, and throw an error if the environment cannot continue',
    );
  }
}

/**
 * Returns the exit code of user code that exited its thread; null if the thread ended otherwise. Only user code exits:
 * this program terminates threads.
 */
export function readExitCode(error: unknown): number | null {
  // Piscina reports it only in the error's text.
  const code =
    error instanceof Error ? /^worker exited with code: (\d+)$/.exec(error.message)?.[1] : undefined;
  return code === undefined ? null : Number(code);
}
