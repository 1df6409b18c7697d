// Errors as RFC 9457 problems, and the HTTP status of each code.
import { problemContentType, problemSchema, type Problem } from '../../../shared/api/problem.ts';

const problemContent = { content: { [problemContentType]: { schema: problemSchema } } };

/** Error answers for the schema of every route. */
export const problemResponses = {
  '4xx': { description: 'The request is refused; `code` says why', ...problemContent },
  '5xx': { description: 'The server cannot answer; `code` says why', ...problemContent },
};

/** Codes and statuses that clients may see. A code that is missing here becomes a 500. */
export const statusByCode: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  BODY_TOO_DEEP: 400,
  INVALID_FORM: 400,
  INVALID_JSON: 400,
  INVALID_REQUEST: 400,
  UNAUTHORIZED: 401,
  WRONG_TOKEN: 401,
  FORBIDDEN: 403,
  HOST_NOT_ALLOWED: 403,
  ORIGIN_NOT_ALLOWED: 403,
  EVALUATION_NOT_FOUND: 404,
  EXPERIMENT_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  MODEL_NOT_READY: 404,
  ROUTE_NOT_FOUND: 404,
  TUNING_NOT_FOUND: 404,
  PLAYER_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  EXPERIMENT_NOT_FINISHED: 409,
  ILLEGAL_TRANSITION: 409,
  JOB_ENDED: 409,
  JOB_NOT_FINISHED: 409,
  MODEL_NOT_EXPORTABLE: 409,
  PLAYER_BUSY: 409,
  REMOTE_NOT_PLAYABLE: 409,
  STOP_LIMIT_REACHED: 409,
  BODY_TOO_LARGE: 413,
  ADDRESS_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
  INVALID_JOB: 422,
  INVALID_ENVIRONMENT_SETTINGS: 422,
  UNKNOWN_ENVIRONMENT: 422,
  UNSAFE_ENVIRONMENT_ID: 422,
  UNSUPPORTED_SPACE: 422,
  PYTHON_MISSING: 422,
  GYMNASIUM_MISSING: 422,
  GYMNASIUM_FAILED: 422,
  QUEUE_FULL: 429,
  RATE_LIMITED: 429,
  TOO_MANY_ACTIONS: 429,
  TOO_MANY_DOWNLOADS: 429,
  TOO_MANY_EVALUATIONS: 429,
  TOO_MANY_PLAYERS: 429,
  TOO_MANY_SOCKETS: 429,
  TOO_MANY_STREAMS: 429,
  TOO_MANY_UPLOADS: 429,
  TOO_MANY_PEERS: 429,
  UPGRADE_REQUIRED: 426,
  HEADERS_TOO_LARGE: 431,
  INTERNAL_ERROR: 500,
  GYMNASIUM_BUSY: 503,
  SERVER_BUSY: 503,
  STORAGE_UNAVAILABLE: 503,
  TOO_MANY_CONNECTIONS: 503,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Creates a problem with a known code. */
export function createProblem(
  code: string,
  detail: string,
  errors?: readonly { path: string; message: string }[],
): Problem {
  const status = statusByCode[code] ?? 500;
  return {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    code,
    detail,
    ...(errors && { errors: [...errors] }),
  };
}
