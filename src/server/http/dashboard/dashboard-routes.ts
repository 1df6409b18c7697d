// The dashboard: a page at `/` for browsers, and its files below `/assets`. Programs that ask for `/` get links.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { pageSecurityPolicy } from '../access/security-headers.ts';
import { isForPage } from '../access/access-control.ts';
import type { App, Services } from '../services.ts';

/** What the build of `web/` wrote. */
const built = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../../dist/web/' : '../../../web/', import.meta.url),
);

const missingPage =
  '<!doctype html><meta charset="utf-8"><title>a3c-server</title><p>The dashboard is not built. Run <code>npm run build</code>, and start the server again.</p>';

export async function registerDashboard(app: App, { server }: Pick<Services, 'server'>): Promise<void> {
  const isBuilt = existsSync(`${built}index.html`);
  const page = isBuilt ? readFileSync(`${built}index.html`, 'utf8') : missingPage;

  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    reply.header('vary', 'accept');
    if (!isForPage(request)) return describeServer(server.version);
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', pageSecurityPolicy)
      .send(page);
  });

  if (!isBuilt) return;
  await app.register(fastifyStatic, {
    root: `${built}assets`,
    prefix: '/assets/',
    // The build puts a hash of the content into each name, and a compressed file beside each.
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    decorateReply: false,
    schemaHide: true,
  });
}

function describeServer(version: string) {
  return {
    name: 'a3c-server',
    version,
    links: {
      api: '/docs',
      openapi: '/openapi.json',
      jobs: '/jobs',
      status: '/status',
      environments: '/environments',
      presets: '/presets',
    },
  };
}
