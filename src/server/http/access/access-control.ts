// Access check of requests: with tokens, each has a role; without tokens, only programs on this machine may call. Web
// pages may do only what the operator allows.
import { createHash, timingSafeEqual } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { describeAddress } from './caller-address.ts';
import { requireAllowedOrigin } from './cross-origin.ts';
import { FailedTokens } from './failed-tokens.ts';
import { ForbiddenError, RateLimitedError, UnauthorizedError } from '../problems/http-errors.ts';
import type { HttpLimits } from '../limits.ts';
import type { AccessRules, App } from '../services.ts';

/** Rights of a caller: `full` may do everything, `read` may change nothing, `none` has sent no token. */
type Role = 'full' | 'read' | 'none';

/** Probes of containers and load balancers have no token. */
const openPaths: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const rateWindowMs = 1_000;

/** Throws unless the request is allowed. */
export type AccessCheck = (request: FastifyRequest) => Promise<void>;

/**
 * Calls are counted by token, or by address if there is no token. They are counted here, because the plugin's own
 * hooks run before the caller is known and leave out unknown addresses.
 */
export async function createAccessCheck(
  app: App,
  rules: AccessRules,
  limits: HttpLimits,
): Promise<AccessCheck> {
  await app.register(rateLimit, { global: false });
  const callers = new WeakMap<FastifyRequest, string>();
  const countCall = app.createRateLimit({
    max: limits.maxRequestsPerSecond,
    timeWindow: rateWindowMs,
    keyGenerator: (request) => callers.get(request) ?? request.ip,
  });
  const failedTokens = new FailedTokens(limits.maxWrongTokensPerMinute);
  return async (request) => {
    // A busy server is alive: restarting it for that would make things worse.
    if (isLivenessProbe(request)) return;
    const address = describeAddress(request.ip);
    const role = findRole(rules, { request, address, failedTokens });
    const hasToken = rules.token !== null && role !== 'none';
    callers.set(request, hasToken ? role : address);
    const count = await countCall(request);
    if (!count.isAllowed && count.isExceeded) throw new RateLimitedError(limits.maxRequestsPerSecond);
    if (role === 'none' && !openPaths.has(request.routeOptions.url)) throw new UnauthorizedError();
    if (safeMethods.has(request.method)) return;
    requireAllowedOrigin(rules.corsOrigins, request);
    if (role !== 'full') throw new ForbiddenError();
  };
}

export function isLivenessProbe(request: FastifyRequest): boolean {
  return request.routeOptions.url === '/healthz';
}

interface Caller {
  readonly request: FastifyRequest;
  readonly address: string;
  readonly failedTokens: FailedTokens;
}

function findRole({ token, readToken }: AccessRules, { request, address, failedTokens }: Caller): Role {
  if (token === null) return 'full';
  const [scheme, given] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || given === undefined) return 'none';
  // Must come before the comparison, or the correct one of many guesses would get through.
  failedTokens.requireFewFrom(address);
  const isFull = isEqual(given, token);
  const isRead = readToken !== null && isEqual(given, readToken);
  if (isFull) return 'full';
  if (isRead) return 'read';
  failedTokens.note(address, given);
  return 'none';
}

/** Compares in constant time. It compares digests, because the comparison needs equal lengths. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
