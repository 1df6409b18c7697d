// Sessions of pages: a cookie in place of a token, which no other page can use.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const tokens = { token: 'secret', readToken: 'look-only' };
const job = { environment: 'CartPole-v1', workers: 1, name: 'run' };

/** Signs in, and returns the answer and the cookie as a browser sends it. */
async function signIn(server: TestServer, token: string): Promise<{ response: Response; cookie: string }> {
  const response = await server.post('/session', { token });
  return { response, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

describe('a session', () => {
  it('stands for the token it was begun with', async () => {
    const server = await startTestServer(tokens);
    expect(await (await server.get('/session')).json()).toEqual({ role: null, needsToken: true });
    const { response, cookie } = await signIn(server, 'secret');
    expect(await response.json()).toEqual({ role: 'full', needsToken: true });
    expect(response.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(response.headers.get('set-cookie')).not.toContain('secret');
    expect((await server.get('/jobs', { cookie })).status).toBe(200);
    expect((await server.get('/docs/', { cookie })).status).toBe(200);
    expect((await server.post('/jobs', job, { cookie })).status).toBe(202);
  });

  it('of the read-only token changes nothing', async () => {
    const server = await startTestServer(tokens);
    const { cookie } = await signIn(server, 'look-only');
    expect(await (await server.get('/session', { cookie })).json()).toMatchObject({ role: 'read' });
    expect((await server.get('/jobs', { cookie })).status).toBe(200);
    expect((await server.post('/jobs', job, { cookie })).status).toBe(403);
  });

  it('lasts over a restart of the server, and ends when the token is changed', async () => {
    const data = createTemporaryDirectory();
    const first = await startTestServer({ ...tokens, data });
    const { cookie } = await signIn(first, 'secret');
    await first.close();
    // The name of the cookie has the port, which the next server keeps as a real one would.
    const second = await startTestServer({ ...tokens, data, port: first.port });
    expect((await second.get('/jobs', { cookie })).status).toBe(200);
    await second.close();
    const third = await startTestServer({ ...tokens, token: 'another', data, port: first.port });
    expect((await third.get('/jobs', { cookie })).status).toBe(401);
  });

  it('gives a reader no key to more: what their token has signed is never a full session', async () => {
    // A server of one's own, whose full token is the other server's token for reading.
    const own = await startTestServer({ token: 'look-only' });
    const { cookie } = await signIn(own, 'look-only');
    expect(cookie).toContain('full.');
    await own.close();
    const server = await startTestServer({ ...tokens, port: own.port });
    expect((await server.get('/jobs', { cookie })).status).toBe(401);
  });

  it('ends after thirty days', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const server = await startTestServer(tokens);
    const { cookie } = await signIn(server, 'secret');
    vi.setSystemTime(Date.now() + 29 * 86_400_000);
    expect((await server.get('/jobs', { cookie })).status).toBe(200);
    vi.setSystemTime(Date.now() + 2 * 86_400_000);
    expect((await server.get('/jobs', { cookie })).status).toBe(401);
  });

  it('that is forged is none', async () => {
    const server = await startTestServer(tokens);
    const { cookie } = await signIn(server, 'look-only');
    const forged = [
      cookie.replace('read.', 'full.'),
      cookie.replace(/read\.\d+/, 'read.99999999999'),
      `${cookie.split('=')[0] ?? ''}=full.99999999999.`,
      `${cookie}x`,
    ];
    for (const attempt of forged) expect((await server.get('/jobs', { cookie: attempt })).status).toBe(401);
  });

  it('cannot be used by another page, not even by one that may use a token', async () => {
    const server = await startTestServer({ ...tokens, corsOrigin: ['https://their.example'] });
    const { cookie } = await signIn(server, 'secret');
    const attempts = [
      { origin: 'https://their.example' },
      { origin: 'https://evil.example' },
      { origin: 'http://127.0.0.1:1' },
      { origin: server.url, 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ];
    for (const headers of attempts) {
      const refused = await server.post('/jobs', job, { cookie, ...headers });
      expect([refused.status, headers]).toEqual([403, headers]);
      const read = await server.get('/jobs', { cookie, ...headers });
      expect(read.headers.get('access-control-allow-credentials')).toBeNull();
    }
    expect((await server.post('/jobs', job, { cookie, origin: server.url })).status).toBe(202);
    const theirs = { authorization: 'Bearer secret', origin: 'https://their.example' };
    expect((await server.post('/jobs', job, theirs)).status).toBe(202);
  });

  it('ends when the page signs out', async () => {
    const server = await startTestServer(tokens);
    const { cookie } = await signIn(server, 'secret');
    const response = await fetch(`${server.url}/session`, { method: 'DELETE', headers: { cookie } });
    expect(response.status).toBe(204);
    expect(response.headers.get('set-cookie')).toMatch(/^a3c_session_\d+=; .*Expires=Thu, 01 Jan 1970/);
  });

  it('is not begun with a wrong token, and guesses are counted', async () => {
    const server = await startTestServer(tokens);
    for (let guess = 0; guess < 10; guess += 1) {
      const { response } = await signIn(server, `guess ${guess}`);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'WRONG_TOKEN' });
      expect(response.headers.get('set-cookie')).toBeNull();
    }
    expect((await signIn(server, 'secret')).response.status).toBe(429);
  });

  it('is not needed without a token', async () => {
    const server = await startTestServer();
    expect(await (await server.get('/session')).json()).toEqual({ role: 'full', needsToken: false });
  });
});
