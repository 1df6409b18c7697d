import { basename } from 'node:path';
import { AppError } from '../errors/app-error.ts';

/** No version of an artifact passes its checksums. */
export class CorruptArtifactError extends AppError {
  readonly code = 'CORRUPT_ARTIFACT';
  /** For logs. The message may reach clients, so it does not contain the path. */
  readonly directory: string;

  constructor(directory: string, reason: string) {
    super(`there is no valid version of ${basename(directory)}: ${reason}`);
    this.directory = directory;
  }
}
