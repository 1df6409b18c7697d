import { AppError } from '../errors/app-error.ts';

/** A directory that once held files and of which no version passes its checksums. */
export class CorruptArtifactError extends AppError {
  readonly code = 'CORRUPT_ARTIFACT';

  constructor(directory: string, reason: string) {
    super(`no valid version of ${directory} is left: ${reason}`);
  }
}
