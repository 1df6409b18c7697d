// Model downloads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../fixtures/running-server.ts';

async function startWithModel() {
  const server = await startTestServer();
  const { id } = await server.postJob('write-model');
  const job = await server.waitFor(id, 'succeeded');
  return { server, job, models: `/jobs/${id}/models` };
}

describe('GET /jobs/{id}/models', () => {
  it('serves the files under the address that the job names', async () => {
    const { server, job, models } = await startWithModel();
    expect(job.models).toEqual({ best: `${models}/best/model.json`, latest: null });
    const topology = await server.get(`${models}/best/model.json`);
    expect(topology.headers.get('content-type')).toContain('application/json');
    expect(await topology.json()).toEqual({ modelTopology: {} });
    const weights = await server.get(`${models}/best/weights.bin`);
    expect(weights.headers.get('content-type')).toBe('application/octet-stream');
    expect(await weights.text()).toBe('weights');
    expect(weights.headers.get('content-length')).toBe('7');
  });

  it('lets pages of any site load them, and only them', async () => {
    const { server, job, models } = await startWithModel();
    const origin = { origin: 'https://example.com' };
    const file = await server.get(`${models}/best/model.json`, origin);
    expect(file.headers.get('access-control-allow-origin')).toBe('*');
    expect(file.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const other = await server.get(`/jobs/${job.id}`, origin);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('allows pages of other sites to request them with a token, and nothing else', async () => {
    const server = await startTestServer({ token: 'secret' });
    const askFirst = async (path: string, method: string, header: string): Promise<Response> =>
      fetch(server.url + path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://example.com',
          'access-control-request-method': method,
          'access-control-request-headers': header,
        },
      });
    const file = await askFirst('/jobs/any/models/best/weights.bin', 'GET', 'authorization');
    expect(file.status).toBe(204);
    expect(file.headers.get('access-control-allow-origin')).toBe('*');
    expect(file.headers.get('access-control-allow-headers')).toBe('authorization');
    expect(file.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    // Browsers post JSON to another site only after an answer that allows it.
    for (const path of ['/jobs', '/jobs/any/cancel', '/nowhere']) {
      const other = await askFirst(path, 'POST', 'content-type');
      expect(other.status).toBeGreaterThanOrEqual(400);
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
      expect(other.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('answers 304 if the client has the file', async () => {
    const { server, models } = await startWithModel();
    for (const path of [`${models}/best/weights.bin`, `${models}/best.zip`]) {
      const etag = (await server.get(path)).headers.get('etag') ?? '';
      expect(etag).toMatch(/^".+"$/);
      const known = await server.get(path, { 'if-none-match': `"other", W/${etag}` });
      expect(known.status).toBe(304);
      expect((await server.get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  it('distinguishes the best model from the latest', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('write-models');
    const { models } = await server.waitFor(id, 'succeeded');
    const etags = new Set<string | null>();
    for (const model of ['best', 'latest'] as const) {
      expect(models[model]).toBe(`/jobs/${id}/models/${model}/model.json`);
      const weights = await server.get(`/jobs/${id}/models/${model}/weights.bin`);
      expect(await weights.text()).toBe(`${model} weights`);
      etags.add(weights.headers.get('etag'));
    }
    expect(etags.size).toBe(2);
  });

  it('packs all files into one archive', async () => {
    const { server, job, models } = await startWithModel();
    const response = await server.get(`${models}/best.zip`);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toContain(`${job.id}-best.zip`);
    const { 'manifest.json': manifest, ...files } = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const stored = readFileSync(join(server.data, 'jobs', job.id, 'best', 'manifest.json'));
    expect(Buffer.from(manifest ?? []).equals(stored)).toBe(true);
    const texts = Object.entries(files).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]);
    expect(Object.fromEntries(texts)).toEqual({
      'model.json': '{"modelTopology":{}}',
      'weights.bin': 'weights',
      'model-card.json': '{"score":1}',
    });
  });

  it('says that a model is not there yet', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    for (const path of ['best/model.json', 'latest/weights.bin', 'best.zip']) {
      const response = await server.get(`/jobs/${id}/models/${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'MODEL_NOT_READY' });
    }
  });
});
