import { AppError } from '../../shared/errors/app-error.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';

/** An environment that ended its thread. */
export class EnvironmentExitError extends AppError {
  readonly code = 'ENVIRONMENT_FAILED';

  constructor({ environment }: JobSpec, exitCode: number) {
    super(
      `${environment} called process.exit(${exitCode}), which ends its worker; ` +
        'end an episode with terminated or truncated, and throw an error where nothing can go on',
    );
  }
}

/** The code that user code exited a thread with; null where it ended otherwise. Nothing else exits: threads are terminated. */
export function readExitCode(error: unknown): number | null {
  // Piscina says it in words alone.
  const code =
    error instanceof Error ? /^worker exited with code: (\d+)$/.exec(error.message)?.[1] : undefined;
  return code === undefined ? null : Number(code);
}
