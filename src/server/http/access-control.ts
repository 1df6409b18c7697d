// Who may call: holders of the token where there is one, and only this machine's names where there is none.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { HostNotAllowedError, UnauthorizedError } from './http-errors.ts';
import type { AccessRules } from './services.ts';

/** Probes of containers and load balancers have no token. */
const openPaths: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);

const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Throws unless the request may go on. */
export function checkAccess({ token, isLocalOnly }: AccessRules, request: FastifyRequest): void {
  if (isLocalOnly && !isLocalHost(request.headers.host)) throw new HostNotAllowedError();
  // A preflight never carries credentials, and answers nothing but what CORS allows.
  const isOpen = request.method === 'OPTIONS' || openPaths.has(request.routeOptions.url);
  if (token === null || isOpen) return;
  const [scheme, given] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || given === undefined || !isEqual(given, token)) {
    throw new UnauthorizedError();
  }
}

/** Takes the same time wherever the texts differ; digests, because the comparison wants equal lengths. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** A web page that lets its own name resolve to 127.0.0.1 still sends that name as Host. */
function isLocalHost(host: string | undefined): boolean {
  const name = (host ?? '').toLowerCase().replace(/:\d+$/, '');
  return localNames.has(name) || name.endsWith('.localhost');
}
