// Access check of requests: with tokens, each has a role; without tokens, only programs on this machine may call. Web
// pages may do only what the operator allows.
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { CallerRoles } from './caller-roles.ts';
import { requireAllowedOrigin } from './cross-origin.ts';
import type { CallRate } from './call-rate.ts';
import { ForbiddenError, RateLimitedError, UnauthorizedError } from '../problems/http-errors.ts';
import { actionsPath, asksForSocket, peersPath } from '../sockets/web-sockets.ts';
import type { HttpLimits } from '../limits.ts';
import type { AccessRules, App } from '../services.ts';

/** Probes of containers and load balancers have no token, and neither has the page to sign in with. */
const openPaths: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/assets/*', '/session']);

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What callers that may only read may post: it changes nothing. `/session` is for signing in and out. */
const readerPaths: ReadonlySet<string | undefined> = new Set(['/session', actionsPath]);

const rateWindowMs = 1_000;

/** Throws unless the request is allowed. */
export type AccessCheck = (request: FastifyRequest) => Promise<void>;

interface AccessOptions {
  readonly rules: Pick<AccessRules, 'corsOrigins'>;
  readonly roles: CallerRoles;
  readonly limits: Pick<HttpLimits, 'maxRequestsPerSecond'>;
  /** Of requests for actions. */
  readonly actionRate: CallRate;
}

/**
 * Calls are counted by token, or by address if there is no token. They are counted here, because the plugin's own
 * hooks run before the caller is known and leave out unknown addresses.
 */
export async function createAccessCheck(
  app: App,
  { rules, roles, limits, actionRate }: AccessOptions,
): Promise<AccessCheck> {
  await app.register(rateLimit, { global: false });
  const callers = new WeakMap<FastifyRequest, string>();
  const countCall = app.createRateLimit({
    max: limits.maxRequestsPerSecond,
    timeWindow: rateWindowMs,
    keyGenerator: (request) => callers.get(request) ?? request.ip,
  });
  return async (request) => {
    // A busy server is alive: restarting it for that would make things worse.
    if (isLivenessProbe(request)) return;
    const isPeer = request.routeOptions.url === peersPath;
    const { role, isSession } = isPeer ? roles.findPeer(request) : roles.find(request);
    const caller = roles.nameCaller(role, request);
    if (request.routeOptions.url === actionsPath) actionRate.count(caller);
    else {
      callers.set(request, caller);
      const count = await countCall(request);
      if (!count.isAllowed && count.isExceeded) throw new RateLimitedError(limits.maxRequestsPerSecond);
    }
    if (role === null && !isOpen(request)) throw new UnauthorizedError();
    // A WebSocket is opened with GET, without a preflight, and pages may open one anywhere.
    if (safeMethods.has(request.method) && !isPeer && !asksForSocket(request)) return;
    // A session is of the server's own pages, whatever other pages are allowed to do with a token.
    requireAllowedOrigin(isSession ? [] : rules.corsOrigins, request);
    if (role === 'full' || role === 'peer' || readerPaths.has(request.routeOptions.url)) return;
    throw new ForbiddenError();
  };
}

export function isLivenessProbe(request: FastifyRequest): boolean {
  return request.routeOptions.url === '/healthz';
}

/** Whether the request asks for the dashboard, which everybody may load: what it shows needs a session. */
export function isForPage({ routeOptions, headers }: FastifyRequest): boolean {
  return routeOptions.url === '/' && (headers.accept ?? '').includes('text/html');
}

function isOpen(request: FastifyRequest): boolean {
  return openPaths.has(request.routeOptions.url) || isForPage(request);
}
