// Access to the server: tokens, roles and hosts.
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { TokenRequiredError, UnusableTokenError } from '../../../src/server/start-errors.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
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

  it('refuses calls without its token, except probes', async () => {
    const server = await startTestServer({ token: 'secret' });
    const refused = await server.get('/status');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.json()).toMatchObject({ code: 'UNAUTHORIZED' });
    expect((await server.get('/healthz')).status).toBe(200);
    expect((await server.get('/readyz')).status).toBe(200);
    expect((await server.get('/nowhere')).status).toBe(401);
  });
});

describe('a read-only token', () => {
  const tokens = { token: 'secret', readToken: 'look-only' };
  const reader = { authorization: 'Bearer look-only' };
  const writer = { authorization: 'Bearer secret' };

  it('reads everything and changes nothing', async () => {
    const server = await startTestServer(tokens);
    const posted = await server.post('/jobs', { environment: 'CartPole-v1', name: 'run' }, writer);
    const { id } = jobSchema.parse(await posted.json());
    for (const path of [
      '/status',
      '/jobs',
      `/jobs/${id}`,
      `/jobs/${id}/metrics`,
      `/jobs/${id}/evaluations`,
      `/jobs/${id}/plot.svg`,
    ]) {
      expect((await server.get(path, reader)).status).toBe(200);
    }
    expect((await fetch(`${server.url}/status`, { method: 'HEAD', headers: reader })).status).toBe(200);
    const writes = [
      ['POST', '/jobs'],
      ['POST', `/jobs/${id}/cancel`],
      ['POST', `/jobs/${id}/pause`],
      ['POST', `/jobs/${id}/resume`],
      ['DELETE', `/jobs/${id}`],
      // What it may not do, it may not ask about either.
      ['PUT', '/jobs'],
      ['POST', '/nowhere'],
    ] as const;
    for (const [method, path] of writes) {
      const refused = await fetch(server.url + path, { method, headers: reader });
      expect(problemSchema.parse(await refused.json())).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    const after = jobSchema.parse(await (await server.get(`/jobs/${id}`, reader)).json());
    expect(after.state).toMatch(/queued|running/);
    expect((await server.post(`/jobs/${id}/cancel`, undefined, writer)).status).toBe(202);
  });

  it('works in the typed client too', async () => {
    const server = await startTestServer(tokens);
    const full = new A3CClient({ url: server.url, token: 'secret' });
    const read = new A3CClient({ url: server.url, token: 'look-only' });
    const { id } = await full.createJob({ environment: 'CartPole-v1', workers: 1, name: 'succeed' });
    for await (const event of read.events(id)) expect(event).toHaveProperty('type');
    expect((await read.getJob(id)).state).toBe('succeeded');
    await expect(read.createJob({ environment: 'CartPole-v1' })).rejects.toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', status: 403 }),
    );
    await expect(read.deleteJob(id)).rejects.toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    await full.deleteJob(id);
  });

  it.each([
    { what: 'alone', settings: { readToken: 'a' }, message: /set A3C_TOKEN too/ },
    { what: 'that is the full one', settings: { token: 'a', readToken: 'a' }, message: /are the same/ },
    { what: 'of peers alone', settings: { peerToken: 'a' }, message: /set A3C_TOKEN too/ },
    {
      what: 'of peers that is the full one',
      settings: { token: 'a', peerToken: 'a' },
      message: /also another/,
    },
    {
      what: 'of peers that is the one for reading',
      settings: { token: 'a', readToken: 'b', peerToken: 'b' },
      message: /also another/,
    },
    { what: 'that no header can carry', settings: { token: 'a b' }, message: /A3C_TOKEN may contain/ },
    { what: 'that is empty', settings: { token: 'a', readToken: '' }, message: /A3C_READ_TOKEN may contain/ },
  ])('$what keeps the server from starting', async ({ settings, message }) => {
    const start = startTestServer(settings);
    await expect(start).rejects.toThrow(UnusableTokenError);
    await expect(start).rejects.toThrow(message);
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
        '/jobs/{id}/evaluations': { get: {} },
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
