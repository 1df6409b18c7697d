// Who gets in, and what every answer carries.
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { TokenRequiredError } from '../../../src/server/start-errors.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

/** fetch does not let one choose the Host header. */
const statusWithHost = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('a server with a token', () => {
  it('answers only calls that carry it', async () => {
    const server = await startTestServer({ token: 'secret' });
    const statusOf = async (authorization?: string): Promise<number> =>
      (await server.get('/jobs', authorization === undefined ? {} : { authorization })).status;
    expect(await statusOf()).toBe(401);
    expect(await statusOf('Bearer wrong')).toBe(401);
    expect(await statusOf('Bearer secretsecret')).toBe(401);
    expect(await statusOf('Basic secret')).toBe(401);
    expect(await statusOf('Bearer secret')).toBe(200);
    expect(await statusOf('bearer secret')).toBe(200);
  });

  it('says what is missing, and answers probes without it', async () => {
    const server = await startTestServer({ token: 'secret' });
    const refused = await server.get('/status');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.json()).toMatchObject({ code: 'UNAUTHORIZED' });
    expect((await server.get('/healthz')).status).toBe(200);
    expect((await server.get('/readyz')).status).toBe(200);
    expect((await server.get('/nowhere')).status).toBe(401);
  });
});

describe('a server without a token', () => {
  it.each(['0.0.0.0', '::', 'example.com', '127.0.0.1.example.com'])(
    'refuses to listen on %s, where others can reach it',
    async (host) => {
      await expect(startTestServer({ host })).rejects.toThrow(TokenRequiredError);
    },
  );

  it('listens anywhere when told to be insecure', async () => {
    await startTestServer({ host: '0.0.0.0', insecure: true });
  });

  it('answers only to names of this machine', async () => {
    const { url } = await startTestServer();
    const port = new URL(url).port;
    expect(await statusWithHost(url, `localhost:${port}`)).toBe(200);
    expect(await statusWithHost(url, `127.0.0.1:${port}`)).toBe(200);
    expect(await statusWithHost(url, 'attacker.example')).toBe(403);
    expect(await statusWithHost(url, 'localhost.attacker.example')).toBe(403);
  });
});

describe('every answer', () => {
  it.each(['/status', '/docs/', '/jobs/none', '/nowhere'])(
    'of %s carries headers that keep browsers from misusing it',
    async (path) => {
      const server = await startTestServer();
      const { headers } = await server.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("object-src 'none'");
    },
  );
});

describe('the API documentation', () => {
  it('describes every route', async () => {
    const server = await startTestServer();
    const document: unknown = await (await server.get('/openapi.json')).json();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/jobs': { get: {}, post: { responses: { 202: {} } } },
        '/jobs/{id}': { get: {}, delete: {} },
        '/jobs/{id}/cancel': { post: {} },
        '/jobs/{id}/events': { get: {} },
        '/jobs/{id}/metrics': { get: {} },
        '/jobs/{id}/plot.svg': { get: {} },
        '/jobs/{id}/models/best/model.json': { get: {} },
        '/jobs/{id}/models/latest/weights.bin': { get: {} },
        '/jobs/{id}/models/best.zip': { get: {} },
        '/status': { get: {} },
        '/environments': { get: {} },
        '/presets': { get: {} },
        '/healthz': { get: {} },
        '/readyz': { get: {} },
      },
    });
  });

  it('is a page that loads nothing from outside', async () => {
    const server = await startTestServer();
    const page = await server.get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:/);
    const html = await (await server.get('/docs/')).text();
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      expect(address).toMatch(/^\.\//);
      expect((await server.get(`/docs/${address}`)).status).toBe(200);
    }
    expect(html).not.toMatch(/<script>|<style>|\son\w+=/);
  });
});
