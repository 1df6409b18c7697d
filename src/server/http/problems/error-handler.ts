// Turns whatever was thrown into a problem. What the client did is said in full; what the server did is hidden and
// logged once.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { problemContentType, type Problem } from '../../../shared/api/problem.ts';
import { AppError, type InputIssue } from '../../../shared/errors/app-error.ts';
import { describeIssues } from '../../../shared/fields/describe-issues.ts';
import { InvalidJobError } from '../../../shared/job/resolve-job-spec.ts';
import type { ClientText } from '../../client-text.ts';
import { MethodNotAllowedError, TooManyTokensError } from './http-errors.ts';
import { createProblem, statusByCode } from './problem.ts';
import { securityHeaders } from '../access/security-headers.ts';

/** Fastify's own codes, as far as they have a name of ours. */
const frameworkCodes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_JSON',
};

/** What passes, and has been logged where it began. */
const temporaryCodes: ReadonlySet<string> = new Set([
  'SERVER_BUSY',
  'STORAGE_UNAVAILABLE',
  'TOO_MANY_CONNECTIONS',
]);

export type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** `clientText` sees every detail: a message may come from a system call or a library and name a file. */
export function createErrorHandler(clientText: ClientText): ErrorHandler {
  return (error, request, reply) => {
    const problem = describeError(error, request.routeOptions.schema ?? {});
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
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 429 || problem.status === 503) {
    reply.header('retry-after', error instanceof TooManyTokensError ? error.retryAfterSeconds : 1);
  }
  // What the router refuses passes no hook.
  reply.headers({ ...securityHeaders, ...reply.getHeaders() });
  reply.code(problem.status).type(problemContentType).serializer(JSON.stringify).send(problem);
}

function describeError(error: unknown, schemas: object): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = describeRefusal(error, schemas);
    return createProblem('INVALID_REQUEST', 'the request has fields that are wrong', issues);
  }
  if (error instanceof InvalidJobError) {
    return createProblem(error.code, 'this job cannot be trained as described', error.issues);
  }
  if (error instanceof AppError && error.code in statusByCode) {
    const issues =
      error.code === 'UNKNOWN_ENVIRONMENT' ? [{ path: 'environment', message: error.message }] : undefined;
    return createProblem(error.code, error.message, issues);
  }
  if (isClientError(error)) {
    const isBrokenJson = error instanceof SyntaxError;
    const code = frameworkCodes[error.code] ?? (isBrokenJson ? 'INVALID_JSON' : 'BAD_REQUEST');
    const isOtherType = code === 'UNSUPPORTED_MEDIA_TYPE';
    return createProblem(
      code,
      isOtherType ? 'bodies are JSON: Content-Type: application/json' : error.message,
    );
  }
  return createProblem('INTERNAL_ERROR', 'something went wrong in the server; its log says what');
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
  /** Which part of the request was refused. */
  readonly validationContext?: string | undefined;
}

/** What is wrong with each field; `schemas` are those of the route, by the part of the request. */
function describeRefusal({ validation, validationContext = '' }: Refusal, schemas: object): InputIssue[] {
  const issues = validation.map(({ instancePath, message = 'is wrong', params: { keys } }) => ({
    path: instancePath.split('/').filter((part) => part !== ''),
    message,
    keys: Array.isArray(keys) ? keys.map(String) : undefined,
  }));
  return describeIssues(Reflect.get(schemas, validationContext), issues);
}
