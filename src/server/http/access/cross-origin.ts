// Rules for pages of other sites: they may load models, and do what the operator allows. Requests that a browser
// sends without a preflight are refused if they would change something.
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import { OriginNotAllowedError } from '../problems/http-errors.ts';
import type { App } from '../services.ts';

const preflightMaxAgeSeconds = 3_600;

/** Models exist to be loaded by pages. */
const modelAccess: FastifyCorsOptions = {
  origin: '*',
  methods: ['GET', 'HEAD'],
  exposedHeaders: ['etag', 'retry-after'],
  maxAge: preflightMaxAgeSeconds,
  strictPreflight: false,
};

const noAccess: FastifyCorsOptions = { origin: false };

/** Answers preflights, and names on every answer, also on errors, who may read it. */
export async function registerCrossOriginAccess(app: App, corsOrigins: readonly string[]): Promise<void> {
  const apiAccess: FastifyCorsOptions = {
    origin: [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
    exposedHeaders: ['etag', 'location', 'retry-after', 'idempotency-replayed', 'content-disposition'],
    maxAge: preflightMaxAgeSeconds,
    // A page must set the token's header itself; cookies are never used.
    credentials: false,
    strictPreflight: false,
  };
  await app.register(cors, {
    delegator: async ({ url, headers: { origin } }: FastifyRequest) => {
      if (/^\/jobs\/[^/?]+\/models\//.test(url)) return modelAccess;
      return origin !== undefined && isAllowed(corsOrigins, origin) ? apiAccess : noAccess;
    },
  });
}

/** Throws if a page of a site that is not allowed sent the request. Programs send neither header. */
export function requireAllowedOrigin(corsOrigins: readonly string[], { headers }: FastifyRequest): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined && isAllowed(corsOrigins, origin)) return;
  // Sec-Fetch-Site is reliable if the browser sends it. Otherwise only the host can be compared: behind a proxy that
  // adds TLS, the scheme differs.
  const isOwn =
    site === undefined
      ? origin === undefined || hostOf(origin) === host?.toLowerCase()
      : site === 'same-origin' || site === 'none';
  if (!isOwn) throw new OriginNotAllowedError();
}

function isAllowed(corsOrigins: readonly string[], origin: string): boolean {
  return corsOrigins.includes('*') || corsOrigins.includes(origin);
}

/** `null` is the origin of sandboxed pages and has no host. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
