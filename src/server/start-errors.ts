// Why a server does not start; each is one line for whoever started it.
import { AppError } from '../shared/errors/app-error.ts';

export class AddressUnavailableError extends AppError {
  readonly code = 'ADDRESS_UNAVAILABLE';

  constructor(host: string, port: number, cause: unknown) {
    super(`cannot listen on ${host}:${port}: ${explainCause(cause)}`, { cause });
  }
}

/** An address that others can reach needs a token. */
export class TokenRequiredError extends AppError {
  readonly code = 'TOKEN_REQUIRED';

  constructor(host: string) {
    super(`listening on ${host} lets others in: set A3C_TOKEN, or pass --insecure to go without a token`);
  }
}

/** A token that protects less than it seems to. */
export class UnusableTokenError extends AppError {
  readonly code = 'TOKEN_UNUSABLE';
}

/** Every connection, file and process takes file handles. */
export class TooFewFileHandlesError extends AppError {
  readonly code = 'TOO_FEW_FILE_HANDLES';

  constructor(limit: number, needed: number) {
    super(
      `the server needs ${needed} file handles at least, and this process may have ${limit}: raise the limit, for example with ulimit -n 1024`,
    );
  }
}

export class PortFileError extends AppError {
  readonly code = 'PORT_FILE_UNWRITABLE';

  constructor(path: string, cause: unknown) {
    super(`cannot write the port file ${path}: ${explainCause(cause)}`, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port; choose one with --port, or 0 for any',
  EACCES: 'not permitted',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this machine has no such address',
};

/** What the system had against a start, in words; null where it was something else. */
export function explainStartFailure(cause: unknown): string | null {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return null;
  return reasons[cause.code] ?? null;
}

function explainCause(cause: unknown): string {
  return explainStartFailure(cause) ?? (cause instanceof Error ? cause.message : String(cause));
}
