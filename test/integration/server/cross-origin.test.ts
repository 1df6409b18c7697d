// Web pages of other sites: they may load models, and do what the operator allows.
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { ServerSettingsInput } from '../../../src/server/config.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const page = 'https://page.example';
const body = JSON.stringify({ environment: 'CartPole-v1', workers: 1, name: 'run' });
const modelPath = `/jobs/job_${'0'.repeat(20)}/models/best/model.json`;

interface BrowserAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** fetch does not let one choose what a browser chooses. */
const send = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<BrowserAnswer> =>
  new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    call.on('error', reject).end(method === 'POST' ? body : undefined);
  });

async function countJobs(server: { get(path: string): Promise<Response> }): Promise<number> {
  const page: unknown = await (await server.get('/jobs')).json();
  return typeof page === 'object' && page && 'data' in page && Array.isArray(page.data)
    ? page.data.length
    : NaN;
}

const json = { 'content-type': 'application/json' };

describe('without --cors-origin, a page of another site', () => {
  it('may read nothing but models', async () => {
    const { url } = await startTestServer();
    for (const path of ['/status', '/jobs', '/jobs/none', '/openapi.json', '/nowhere']) {
      const { headers } = await send(url + path, 'GET', { origin: page });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    const model = await send(url + modelPath, 'GET', { origin: page });
    expect(model.headers['access-control-allow-origin']).toBe('*');
  });

  it('gets no preflight answered, and may read a model’s refusals', async () => {
    const { url } = await startTestServer({ token: 'secret' });
    const asking = {
      origin: page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await send(`${url}/jobs`, 'OPTIONS', asking);
    expect(preflight.status).toBe(401);
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    const forModel = await send(url + modelPath, 'OPTIONS', asking);
    expect(forModel.status).toBe(204);
    expect(forModel.headers['access-control-allow-methods']).toBe('GET, HEAD');
    expect(forModel.headers['access-control-allow-headers']).toBe('authorization');
    const refused = await send(url + modelPath, 'GET', { origin: page });
    expect(refused.status).toBe(401);
    expect(refused.headers['access-control-allow-origin']).toBe('*');
  });

  it.each([
    { what: 'JSON', headers: { ...json, origin: page }, status: 403 },
    { what: 'JSON from a sandbox', headers: { ...json, origin: 'null' }, status: 403 },
    {
      what: 'JSON, said to be of another site',
      headers: { ...json, 'sec-fetch-site': 'cross-site' },
      status: 403,
    },
    {
      what: 'JSON, said to be of a sibling',
      headers: { ...json, 'sec-fetch-site': 'same-site' },
      status: 403,
    },
    { what: 'a text', headers: { 'content-type': 'text/plain', origin: page }, status: 403 },
    {
      what: 'a form',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: page },
      status: 403,
    },
    {
      what: 'a form with parts',
      headers: { 'content-type': 'multipart/form-data; boundary=x', origin: page },
      status: 403,
    },
    { what: 'a text of no origin', headers: { 'content-type': 'text/plain' }, status: 415 },
    { what: 'a JSON in disguise', headers: { 'content-type': 'text/plain; application/json' }, status: 415 },
    { what: 'nothing named', headers: {}, status: 415 },
  ])('cannot post $what', async ({ headers, status }) => {
    const server = await startTestServer();
    const answer = await send(`${server.url}/jobs`, 'POST', headers);
    const code = status === 403 ? 'ORIGIN_NOT_ALLOWED' : 'UNSUPPORTED_MEDIA_TYPE';
    expect(problemSchema.parse(JSON.parse(answer.text))).toMatchObject({ status, code });
    expect(await countJobs(server)).toBe(0);
  });

  it('cannot cancel or delete without a body either', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    const address = `${server.url}/jobs/${id}`;
    expect((await send(`${address}/cancel`, 'POST', { ...json, origin: page })).status).toBe(403);
    expect((await send(address, 'DELETE', { origin: page })).status).toBe(403);
    expect((await server.readJob(id)).state).toMatch(/queued|running/);
  });

  it('cannot act as one of this server by naming its own host', async () => {
    const server = await startTestServer();
    const rebound = { ...json, host: 'page.example', origin: 'http://page.example' };
    const answer = await send(`${server.url}/jobs`, 'POST', rebound);
    expect(problemSchema.parse(JSON.parse(answer.text)).code).toBe('HOST_NOT_ALLOWED');
  });
});

describe('a page of this server', () => {
  it.each([
    { what: 'its own origin', extra: (host: string) => ({ origin: `http://${host}` }) },
    { what: 'its own origin behind TLS', extra: (host: string) => ({ origin: `https://${host}` }) },
    { what: 'what browsers add', extra: () => ({ 'sec-fetch-site': 'same-origin', origin: page }) },
    { what: 'neither', extra: () => ({}) },
  ])('may post with $what', async ({ extra }) => {
    const { url } = await startTestServer();
    const { host } = new URL(url);
    expect((await send(`${url}/jobs`, 'POST', { ...json, ...extra(host) })).status).toBe(202);
  });
});

describe('with --cors-origin', () => {
  const open: ServerSettingsInput = { corsOrigin: [page, 'http://localhost:5173'] };

  it('pages of that origin may do everything, and others nothing more', async () => {
    const { url } = await startTestServer(open);
    const allowed = await send(`${url}/jobs`, 'POST', {
      ...json,
      origin: page,
      'sec-fetch-site': 'cross-site',
    });
    expect(allowed.status).toBe(202);
    expect(allowed.headers['access-control-allow-origin']).toBe(page);
    expect(allowed.headers['access-control-expose-headers']).toContain('location');
    expect(allowed.headers['access-control-allow-credentials']).toBeUndefined();
    expect(allowed.headers.vary).toContain('Origin');
    for (const origin of [`${page}.evil`, 'http://page.example', `${page}:8443`, 'null']) {
      const refused = await send(`${url}/jobs`, 'POST', { ...json, origin });
      expect(refused.status).toBe(403);
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('answers their preflights without a token, and lets them read refusals', async () => {
    const { url } = await startTestServer({ ...open, token: 'secret' });
    const preflight = await send(`${url}/jobs`, 'OPTIONS', {
      origin: page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe(page);
    expect(preflight.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, PATCH, DELETE');
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'last-event-id']) {
      expect(preflight.headers['access-control-allow-headers']).toContain(name);
    }
    const refused = await send(`${url}/jobs`, 'GET', { origin: page });
    expect(refused.status).toBe(401);
    expect(refused.headers['access-control-allow-origin']).toBe(page);
  });

  it('of * lets every page in, and still no name but this machine’s', async () => {
    const { url } = await startTestServer({ corsOrigin: ['*'] });
    const allowed = await send(`${url}/jobs`, 'POST', { ...json, origin: page });
    expect(allowed.status).toBe(202);
    expect(allowed.headers['access-control-allow-origin']).toBe('*');
    expect((await send(`${url}/jobs`, 'GET', { origin: page, host: 'page.example' })).status).toBe(403);
    expect((await send(`${url}/jobs`, 'OPTIONS', { origin: page, host: 'page.example' })).status).toBe(403);
  });

  it.each(['https://page.example/', 'page.example', 'https://*.example', 'null', ''])(
    'of %j, which no browser sends, is refused',
    async (origin) => {
      await expect(startTestServer({ corsOrigin: [origin] })).rejects.toThrow(/must be an origin/);
    },
  );
});
