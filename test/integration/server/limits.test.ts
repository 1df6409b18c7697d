// Limits of the server: too many requests or connections, too much load, too large bodies.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

describe('too many requests in a second', () => {
  it('are refused with a problem and Retry-After, except probes', async () => {
    const server = await startTestServer({}, 'scripted', { maxRequestsPerSecond: 3 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => server.get('/status')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('content-type')).toContain('application/problem+json');
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(problemSchema.parse(await refused?.json())).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect((await server.get('/healthz')).status).toBe(200);
    await vi.waitFor(
      async () => {
        expect((await server.get('/status')).status).toBe(200);
      },
      { timeout: 40_000, interval: 400 },
    );
  });
});

describe('the rate of requests', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const statuses = async (calls: readonly Promise<Response>[]): Promise<number[]> =>
    (await Promise.all(calls)).map(({ status }) => status).sort();

  it('is counted by token, and by address for calls without a token', async () => {
    const server = await startTestServer({ token: 'full', readToken: 'read', maxRequestsPerSecond: 3 });
    const call = (headers: Record<string, string>) =>
      Array.from({ length: 4 }, () => server.get('/status', headers));
    expect(
      await Promise.all([statuses(call(bearer('full'))), statuses(call(bearer('read'))), statuses(call({}))]),
    ).toEqual([
      [200, 200, 200, 429],
      [200, 200, 200, 429],
      [401, 401, 401, 429],
    ]);
  });

  it('is counted by the address that a trusted proxy names, and no other', async () => {
    const limits = { maxRequestsPerSecond: 2 };
    const behindProxy = await startTestServer({ trustProxy: ['127.0.0.1'] }, 'scripted', limits);
    const exposed = await startTestServer({}, 'scripted', limits);
    const call = (server: TestServer) =>
      ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) =>
        server.get('/status', { 'x-forwarded-for': address }),
      );
    expect(await statuses(call(behindProxy))).toEqual([200, 200, 200]);
    expect(await statuses(call(exposed))).toEqual([200, 200, 429]);
  });

  it('applies to unknown addresses too', async () => {
    const server = await startTestServer({}, 'scripted', { maxRequestsPerSecond: 2 });
    const calls = Array.from({ length: 3 }, () => server.get('/nowhere'));
    expect(await statuses(calls)).toEqual([404, 404, 429]);
  });

  it('is far lower for wrong tokens: then not even the right one is tried', async () => {
    const limits = { maxWrongTokensPerMinute: 3 };
    const server = await startTestServer({ token: 'right' }, 'scripted', limits);
    for (const guess of ['a', 'b', 'c']) expect((await server.get('/jobs', bearer(guess))).status).toBe(401);
    const refused = await server.get('/jobs', bearer('right'));
    expect(problemSchema.parse(await refused.json())).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect((await server.get('/healthz')).status).toBe(200);
  });

  it('does not count the same wrong token, or none, as guesses', async () => {
    const limits = { maxWrongTokensPerMinute: 3 };
    const server = await startTestServer({ token: 'right' }, 'scripted', limits);
    for (let count = 0; count < 5; count += 1) {
      expect((await server.get('/jobs', bearer('outdated'))).status).toBe(401);
      expect((await server.get('/jobs')).status).toBe(401);
    }
    expect((await server.get('/jobs', bearer('right'))).status).toBe(200);
  });
});

describe('a server whose event loop is blocked', () => {
  it('refuses work for a while and is still alive', async () => {
    const server = await startTestServer({}, 'scripted', { maxEventLoopDelayMs: 20 });
    const refused = await vi.waitFor(
      async () => {
        block(200);
        const response = await server.get('/jobs');
        expect(response.status).toBe(503);
        return response;
      },
      { timeout: 40_000, interval: 10 },
    );
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(problemSchema.parse(await refused.json())).toMatchObject({ status: 503, code: 'SERVER_BUSY' });
    expect((await server.get('/healthz')).status).toBe(200);
  });
});

describe('connections over the limit', () => {
  it('are closed, and others are welcome once there is room', async () => {
    const server = await startTestServer({}, 'scripted', { maxConnections: 2 });
    const { hostname, port } = new URL(server.url);
    const connect = (): Socket => createConnection({ host: hostname, port: Number(port) }).resume();
    const kept = [connect(), connect()];
    await Promise.all(kept.map((socket) => once(socket, 'connect')));
    await once(connect(), 'close');
    expect(kept.map(({ closed }) => closed)).toEqual([false, false]);
    for (const socket of kept) socket.destroy();
    await vi.waitFor(async () => {
      expect((await server.get('/healthz')).status).toBe(200);
    }, patience);
  });
});

describe('a body over the limit', () => {
  it.each(['with its length', 'in chunks'])('is refused when it comes %s', async (how) => {
    const server = await startTestServer();
    const text = JSON.stringify({ environment: 'CartPole-v1', name: 'x'.repeat(300_000) });
    const response = await fetch(`${server.url}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: how === 'in chunks' ? new Blob([text]).stream() : text,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(problemSchema.parse(await response.json())).toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(await (await server.get('/jobs')).json()).toMatchObject({ data: [] });
  });
});

/** Lets nothing else run in this process. */
function block(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}
