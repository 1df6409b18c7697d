// Why a server does not start; each is one line for whoever started it.
import { AppError } from '../shared/errors/app-error.ts';

export class AddressUnavailableError extends AppError {
  readonly code = 'ADDRESS_UNAVAILABLE';

  constructor(host: string, port: number, cause: unknown) {
    super(`cannot listen on ${host}:${port}: ${explain(cause)}`, { cause });
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
    super(`cannot write the port file ${path}: ${explain(cause)}`, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port; choose one with --port, or 0 for any',
  EACCES: 'not permitted',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this machine has no such address',
};

function explain(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return reasons[code] ?? cause.message;
}
