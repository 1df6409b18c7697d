// Security headers of every answer, also of errors and of the connection itself.
import { describe, expect, it } from 'vitest';
import { exchange, getRaw } from '../../fixtures/raw-request.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const expected = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

describe('every answer', () => {
  it.each([
    { path: '/status', status: 200 },
    { path: '/openapi.json', status: 200 },
    { path: '/jobs/none', status: 404 },
    { path: '/nowhere', status: 404 },
    { path: '/jobs?limit=x', status: 400 },
    { path: '/jobs/%E0%A4%A', status: 400 },
    { path: `/jobs/${'x'.repeat(200)}`, status: 400 },
    { path: '/docs/nothing.js', status: 404 },
  ])('of $path carries headers that keep browsers from misusing it', async ({ path, status }) => {
    const server = await startTestServer();
    const response = await server.get(path);
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(expected);
    if (!path.startsWith('/docs')) {
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it.each([
    { what: 'a refused token', status: 401, settings: { token: 'secret' }, request: 'GET /jobs' },
    { what: 'a preflight', status: 204, settings: { corsOrigin: ['*'] }, request: 'OPTIONS /jobs' },
    { what: 'too many requests', status: 429, settings: {}, request: 'GET /jobs' },
    { what: 'a wrong method', status: 405, settings: {}, request: 'OPTIONS /status' },
    { what: 'a foreign page', status: 403, settings: {}, request: 'DELETE /status' },
    { what: 'no request at all', status: 400, settings: {}, request: 'HELLO' },
  ])('to $what too', async ({ status, settings, request }) => {
    const limits = status === 429 ? { maxRequestsPerSecond: 0 } : {};
    const { url } = await startTestServer(settings, 'scripted', limits);
    const protocol = request === 'HELLO' ? '' : ' HTTP/1.1';
    const headers = 'host: localhost\r\nconnection: close\r\norigin: http://a.example';
    const answer = await exchange(url, `${request}${protocol}\r\n${headers}\r\n\r\n`);
    expect(answer.status).toBe(status);
    for (const [name, value] of Object.entries(expected)) expect(answer.head).toContain(`${name}: ${value}`);
  });

  it('says nothing about what runs the server', async () => {
    const { url } = await startTestServer();
    const { head } = await getRaw(url, '/status');
    expect(head).not.toMatch(/^(server|x-powered-by):/im);
  });

  it('of the documentation allow only scripts from the server', async () => {
    const server = await startTestServer();
    const { headers } = await server.get('/docs/');
    expect(Object.fromEntries(headers)).toMatchObject(expected);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).toContain("object-src 'none'");
  });
});
