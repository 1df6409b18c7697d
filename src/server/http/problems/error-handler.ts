// Error handler: turns any thrown value into a problem. Mistakes of the client are described in full; faults of the
// server are hidden and logged once.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { problemContentType, type Problem } from '../../../shared/api/problem.ts';
import { AppError, type InputIssue } from '../../../shared/errors/app-error.ts';
import { describeIssues } from '../../../shared/fields/describe-issues.ts';
import { InvalidJobError } from '../../../shared/job/resolve-job-spec.ts';
import { InvalidActionsRequestError } from '../../policies/policy-errors.ts';
import type { ClientText } from '../../client-text.ts';
import { writeJsonLine } from '../json-line.ts';
import { MethodNotAllowedError, TooManyTokensError } from './http-errors.ts';
import { createProblem, statusByCode } from './problem.ts';
import { securityHeaders } from '../access/security-headers.ts';

/** Fastify's codes that have a code of this API. */
const frameworkCodes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_JSON',
};

/** Temporary conditions, which are logged where they begin. */
const temporaryCodes: ReadonlySet<string> = new Set([
  'SERVER_BUSY',
  'STORAGE_UNAVAILABLE',
  'TOO_MANY_CONNECTIONS',
]);

export type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** `clientText` filters every detail, because a message may come from a system call or a library and name a file. */
export function createErrorHandler(clientText: ClientText): ErrorHandler {
  return (error, request, reply) => {
    const problem = describeError(error, request);
    sendProblem({ ...problem, detail: clientText(problem.detail) }, error, { request, reply });
  };
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

function sendProblem(problem: Problem, error: unknown, { request, reply }: Exchange): void {
  if (problem.status >= 500 && !temporaryCodes.has(problem.code)) {
    request.log.error(
      { err: error, method: request.method, route: request.routeOptions.url },
      'request failed',
    );
  }
  if (error instanceof MethodNotAllowedError) reply.header('allow', error.allowed.join(', '));
  if (problem.status === 426) reply.header('upgrade', 'websocket');
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 429 || problem.status === 503) {
    reply.header('retry-after', error instanceof TooManyTokensError ? error.retryAfterSeconds : 1);
  }
  // Hooks do not run for requests that the router refuses.
  reply.headers({ ...securityHeaders, ...reply.getHeaders() });
  reply.code(problem.status).type(problemContentType).serializer(writeJsonLine).send(problem);
}

/** Describes any thrown value; what clients did wrong in full. */
export function describeFailure(error: unknown, clientText: ClientText): Problem {
  const problem = describeKnown(error);
  return { ...problem, detail: clientText(problem.detail) };
}

function describeError(error: unknown, request: FastifyRequest): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = describeRefusal(error, request);
    return createProblem('INVALID_REQUEST', 'the request has invalid fields', issues);
  }
  return describeKnown(error);
}

function describeKnown(error: unknown): Problem {
  if (error instanceof InvalidJobError) {
    return createProblem(error.code, 'these settings do not work together', error.issues);
  }
  if (error instanceof InvalidActionsRequestError)
    return createProblem(error.code, error.message, error.issues);
  if (error instanceof AppError && error.code in statusByCode) {
    const issues =
      error.code === 'UNKNOWN_ENVIRONMENT' || error.code === 'INVALID_ENVIRONMENT_SETTINGS'
        ? [{ path: 'environment', message: error.message }]
        : undefined;
    return createProblem(error.code, error.message, issues);
  }
  if (isClientError(error)) {
    const isBrokenJson = error instanceof SyntaxError;
    const code = frameworkCodes[error.code] ?? (isBrokenJson ? 'INVALID_JSON' : 'BAD_REQUEST');
    const isOtherType = code === 'UNSUPPORTED_MEDIA_TYPE';
    return createProblem(
      code,
      isOtherType ? 'the body must be JSON, with Content-Type: application/json' : error.message,
    );
  }
  return createProblem('INTERNAL_ERROR', 'the server failed to handle this request; its log has the reason');
}

function isClientError(error: unknown): error is FastifyError {
  return (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode >= 400 &&
    error.statusCode < 500
  );
}

interface Refusal {
  readonly validation: readonly {
    readonly instancePath: string;
    readonly message?: string | undefined;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
  /** The part of the request that was refused. */
  readonly validationContext?: string | undefined;
}

/** Describes the mistake in each field of the request. */
function describeRefusal(
  { validation, validationContext = '' }: Refusal,
  request: FastifyRequest,
): InputIssue[] {
  const issues = validation.map(({ instancePath, message = 'is wrong', params }) => ({
    path: instancePath.split('/').filter((part) => part !== ''),
    message,
    keys: Array.isArray(params.keys) ? params.keys.map(String) : undefined,
    values: readList(params.values),
    options: readList(params.options),
  }));
  const part = validationContext === 'querystring' ? 'query' : validationContext;
  const schema: unknown = Reflect.get(request.routeOptions.schema ?? {}, validationContext);
  return describeIssues(schema, issues, Reflect.get(request, part));
}

function readList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
