// Errors of requests that are refused before any job is looked at.
import { AppError } from '../../../shared/errors/app-error.ts';

export class UnauthorizedError extends AppError {
  readonly code = 'UNAUTHORIZED';

  constructor() {
    super('this server needs its API token: Authorization: Bearer TOKEN');
  }
}

/** Somebody wants to sign in with a token that this server does not have. */
export class WrongTokenError extends AppError {
  readonly code = 'WRONG_TOKEN';

  constructor() {
    super('this is not the token of this server: A3C_TOKEN, or A3C_READ_TOKEN to read only');
  }
}

/** The Host header does not name this machine: a web page from elsewhere may be calling. */
export class HostNotAllowedError extends AppError {
  readonly code = 'HOST_NOT_ALLOWED';

  constructor() {
    super('this server accepts calls only as localhost or 127.0.0.1');
  }
}

/** HTTP 1.1 requires the host that a request is for (RFC 9112, section 3.2). */
export class HostMissingError extends AppError {
  readonly code = 'BAD_REQUEST';

  constructor() {
    super('the request has no Host header');
  }
}

/** The host that the request is for is invalid or ambiguous. */
export class InvalidHostError extends AppError {
  readonly code = 'BAD_REQUEST';
}

/** A call that changes something came with the read-only token. */
export class ForbiddenError extends AppError {
  readonly code = 'FORBIDDEN';

  constructor() {
    super('this token is read-only; changes need A3C_TOKEN');
  }
}

/** A page of another site wants to change something. */
export class OriginNotAllowedError extends AppError {
  readonly code = 'ORIGIN_NOT_ALLOWED';

  constructor() {
    super('pages of this site may not change anything on this server; --cors-origin allows it');
  }
}

/** An address has tried many wrong tokens. */
export class TooManyTokensError extends AppError {
  readonly code = 'RATE_LIMITED';
  readonly retryAfterSeconds: number;

  constructor(waitMs: number) {
    super('too many wrong tokens from this address');
    this.retryAfterSeconds = Math.ceil(waitMs / 1_000);
  }
}

export class TooManyPeersError extends AppError {
  readonly code = 'TOO_MANY_PEERS';

  constructor() {
    super('as many remote environments are connected as allowed');
  }
}

export class BodyTooDeepError extends AppError {
  readonly code = 'BODY_TOO_DEEP';

  constructor(maxLevels: number) {
    super(`the body is nested deeper than ${maxLevels} levels`);
  }
}

/** The body is compressed or otherwise encoded. */
export class EncodedBodyError extends AppError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';

  constructor() {
    super('send the body without Content-Encoding');
  }
}

export class AddressTooLongError extends AppError {
  readonly code = 'ADDRESS_TOO_LONG';

  constructor(maxLength: number) {
    super(`the address is longer than ${maxLength} characters`);
  }
}

export class TooManyHeadersError extends AppError {
  readonly code = 'HEADERS_TOO_LARGE';

  constructor(maxHeaders: number) {
    super(`the request has more than ${maxHeaders} headers`);
  }
}

export class RateLimitedError extends AppError {
  readonly code = 'RATE_LIMITED';

  constructor(perSecond: number) {
    super(`more than ${perSecond} requests in a second`);
  }
}

export class TooManyStreamsError extends AppError {
  readonly code = 'TOO_MANY_STREAMS';

  constructor(limit: number) {
    super(`${limit} event streams are open already; try again later, or read pages of events as JSON`);
  }
}

/** Reported by `/readyz` only; no request is refused with it. */
export class TooManyConnectionsError extends AppError {
  readonly code = 'TOO_MANY_CONNECTIONS';
}

export class TooManyDownloadsError extends AppError {
  readonly code = 'TOO_MANY_DOWNLOADS';

  constructor(limit: number) {
    super(`${limit} models are being downloaded already; try again later`);
  }
}

export class TooManySocketsError extends AppError {
  readonly code = 'TOO_MANY_SOCKETS';

  constructor(limit: number) {
    super(`${limit} WebSockets are open already; try again later, or post single requests`);
  }
}

/** The address has a WebSocket for this method, and the request did not ask for one. */
export class UpgradeRequiredError extends AppError {
  readonly code = 'UPGRADE_REQUIRED';

  constructor(
    note = 'GET opens a WebSocket at this address, with `Upgrade: websocket`; a single request is a POST',
  ) {
    super(note);
  }
}

export class TooManyUploadsError extends AppError {
  readonly code = 'TOO_MANY_UPLOADS';

  constructor(limit: number) {
    super(`${limit} models are being uploaded already; try again later`);
  }
}

/** A posted form is damaged, or has not the parts that it needs. */
export class FormError extends AppError {
  readonly code = 'INVALID_FORM';
}

export class PartTooLargeError extends AppError {
  readonly code = 'BODY_TOO_LARGE';

  constructor(name: string, maxBytes: number) {
    super(`the part \`${name}\` of the form has more than ${maxBytes} bytes`);
  }
}

export class ServerBusyError extends AppError {
  readonly code = 'SERVER_BUSY';

  constructor() {
    super('the server is overloaded; try again in a few seconds');
  }
}

export class RouteNotFoundError extends AppError {
  readonly code = 'ROUTE_NOT_FOUND';

  constructor() {
    super('there is nothing at this address; GET /docs lists all addresses');
  }
}

export class MethodNotAllowedError extends AppError {
  readonly code = 'METHOD_NOT_ALLOWED';
  readonly allowed: readonly string[];

  constructor(allowed: readonly string[]) {
    super(`this address supports only ${allowed.join(', ')}`);
    this.allowed = allowed;
  }
}
