// Errors of a server start: each is one line for the person who started it.
import { AppError, type InputIssue } from '../shared/errors/app-error.ts';

export class AddressUnavailableError extends AppError {
  readonly code = 'ADDRESS_UNAVAILABLE';

  constructor(host: string, port: number, cause: unknown) {
    super(`cannot listen on ${host}:${port}: ${explainCause(cause)}`, { cause });
  }
}

/** Listening on an address that other machines can reach needs a token. */
export class TokenRequiredError extends AppError {
  readonly code = 'TOKEN_REQUIRED';

  constructor(host: string) {
    super(`other machines can reach ${host}: set A3C_TOKEN, or pass --insecure to run without a token`);
  }
}

/** A token protects less than it seems to. */
export class UnusableTokenError extends AppError {
  readonly code = 'TOKEN_UNUSABLE';
}

/** Settings of a program, or of environment variables, are invalid; those of flags are refused before. */
export class InvalidServerSettingsError extends AppError {
  readonly code = 'INVALID_SERVER_SETTINGS';

  constructor(issues: readonly InputIssue[]) {
    super(`invalid settings: ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
  }
}

/** Webhooks could not be signed. */
export class UnusableWebhookError extends AppError {
  readonly code = 'WEBHOOK_UNUSABLE';
}

/** Too few file handles: every connection, file and process needs some. */
export class TooFewFileHandlesError extends AppError {
  readonly code = 'TOO_FEW_FILE_HANDLES';

  constructor(limit: number, needed: number) {
    super(
      `the server needs at least ${needed} file handles, but this process may have only ${limit}: raise the limit, for example with ulimit -n 1024`,
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
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'this machine does not have this address',
};

/** Explains a system error that prevents a start; null for any other error. */
export function explainStartFailure(cause: unknown): string | null {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return null;
  return reasons[cause.code] ?? null;
}

function explainCause(cause: unknown): string {
  return explainStartFailure(cause) ?? (cause instanceof Error ? cause.message : String(cause));
}
