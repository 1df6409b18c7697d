// What can be wrong with a call before any job is looked at.
import { AppError } from '../../../shared/errors/app-error.ts';

export class UnauthorizedError extends AppError {
  readonly code = 'UNAUTHORIZED';

  constructor() {
    super('this server wants its API token: Authorization: Bearer TOKEN');
  }
}

/** The Host header names no address of this machine: a web page elsewhere may be calling. */
export class HostNotAllowedError extends AppError {
  readonly code = 'HOST_NOT_ALLOWED';

  constructor() {
    super('this server is for this machine only: call it as localhost or 127.0.0.1');
  }
}

/** HTTP 1.1 wants to know whom a request is for (RFC 9112, section 3.2). */
export class HostMissingError extends AppError {
  readonly code = 'BAD_REQUEST';

  constructor() {
    super('the request has no Host header');
  }
}

/** Nobody can say for certain whom the request is for. */
export class InvalidHostError extends AppError {
  readonly code = 'BAD_REQUEST';
}

/** A read-only token was given with a call that changes something. */
export class ForbiddenError extends AppError {
  readonly code = 'FORBIDDEN';

  constructor() {
    super('this token may only read; changing anything needs A3C_TOKEN');
  }
}

/** A page of another site wants to change something. */
export class OriginNotAllowedError extends AppError {
  readonly code = 'ORIGIN_NOT_ALLOWED';

  constructor() {
    super('pages of this site may not change anything here; start the server with --cors-origin to let them');
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

export class BodyTooDeepError extends AppError {
  readonly code = 'BODY_TOO_DEEP';

  constructor(maxLevels: number) {
    super(`the body is nested deeper than ${maxLevels} levels`);
  }
}

/** A body that would have to be unpacked before it could be read. */
export class EncodedBodyError extends AppError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';

  constructor() {
    super('bodies are read as they are: send them without Content-Encoding');
  }
}

export class AddressTooLongError extends AppError {
  readonly code = 'ADDRESS_TOO_LONG';

  constructor(maxLength: number) {
    super(`the address has more than ${maxLength} characters`);
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

/** Nothing of the request's own: said where a server is asked whether it is well. */
export class TooManyConnectionsError extends AppError {
  readonly code = 'TOO_MANY_CONNECTIONS';
}

export class TooManyDownloadsError extends AppError {
  readonly code = 'TOO_MANY_DOWNLOADS';

  constructor(limit: number) {
    super(`${limit} models are being downloaded already; try again later`);
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
    super('there is nothing at this address; GET /docs lists what there is');
  }
}

export class MethodNotAllowedError extends AppError {
  readonly code = 'METHOD_NOT_ALLOWED';
  readonly allowed: readonly string[];

  constructor(allowed: readonly string[]) {
    super(`this address knows ${allowed.join(', ')} only`);
    this.allowed = allowed;
  }
}
