// What can be wrong with a call before any job is looked at.
import { AppError } from '../../shared/errors/app-error.ts';

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

export class RateLimitedError extends AppError {
  readonly code = 'RATE_LIMITED';

  constructor(perSecond: number) {
    super(`more than ${perSecond} requests in a second`);
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
