// The page at `/` and its files, as a browser gets them.
import { expect, it } from 'vitest';
import { startTestServer } from '../../fixtures/running-server.ts';

const browser = { accept: 'text/html,application/xhtml+xml' };

it('a browser gets the page, and a program the links', async () => {
  const server = await startTestServer();
  const page = await server.get('/', browser);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect(page.headers.get('vary')).toContain('accept');
  expect(await page.text()).toContain('<div id="app">');
  const links = await server.get('/');
  expect(await links.json()).toMatchObject({ name: 'a3c-server', links: { api: '/docs' } });
});

it('the page may load nothing from elsewhere, and is in no frame', async () => {
  const server = await startTestServer();
  const policy = (await server.get('/', browser)).headers.get('content-security-policy');
  expect(policy?.split(';').toSorted()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "img-src 'self' data: blob:",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "worker-src 'self'",
  ]);
});

it('files are sent compressed, and may be kept for ever', async () => {
  const server = await startTestServer();
  const html = await (await server.get('/', browser)).text();
  const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
  const plain = await server.get(script, { 'accept-encoding': 'identity' });
  expect(plain.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
  const sizes = await Promise.all(
    ['br', 'gzip'].map(async (encoding) => {
      const response = await server.get(script, { 'accept-encoding': encoding });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      return Number(response.headers.get('content-length'));
    }),
  );
  const size = Number(plain.headers.get('content-length'));
  for (const compressed of sizes) {
    expect(compressed).toBeGreaterThan(0);
    expect(compressed).toBeLessThan(size / 2);
  }
});

it('the first view is less than 120 KB of compressed script and style', async () => {
  const server = await startTestServer();
  const html = await (await server.get('/', browser)).text();
  const files = [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, path = '']) => path,
  );
  expect(files.length).toBeGreaterThanOrEqual(2);
  let sum = 0;
  for (const path of files) {
    const response = await server.get(path, { 'accept-encoding': 'gzip' });
    sum += Number(response.headers.get('content-length'));
  }
  expect(sum).toBeLessThan(120_000);
});

it('needs no token, unlike everything that it shows', async () => {
  const server = await startTestServer({ token: 'secret' });
  expect((await server.get('/', browser)).status).toBe(200);
  expect((await server.get('/')).status).toBe(401);
  const html = await (await server.get('/', browser)).text();
  const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
  expect((await server.get(script)).status).toBe(200);
  for (const path of ['/jobs', '/overviews', '/events', '/status', '/docs', '/openapi.json'])
    expect([path, (await server.get(path, browser)).status]).toEqual([path, 401]);
});

it('has nothing but its own files', async () => {
  const server = await startTestServer();
  for (const path of [
    '/assets/',
    '/assets/missing.js',
    '/assets/../index.html',
    '/assets/%2e%2e/%2e%2e/package.json',
  ]) {
    const response = await fetch(server.url + path);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  }
});
