import { basename } from 'node:path';
import { AppError } from '../errors/app-error.ts';

/** A directory that once held files and of which no version passes its checksums. */
export class CorruptArtifactError extends AppError {
  readonly code = 'CORRUPT_ARTIFACT';
  /** For logs; the message may reach clients, who need not know where the server keeps its files. */
  readonly directory: string;

  constructor(directory: string, reason: string) {
    super(`no valid version of ${basename(directory)} is left: ${reason}`);
    this.directory = directory;
  }
}
