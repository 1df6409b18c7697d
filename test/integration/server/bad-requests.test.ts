// Whatever is sent, the answer is a problem that says what is wrong, and nothing is stored.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemSchema } from '../../../src/server/http/problem.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const issuePaths = async (response: Response): Promise<string[]> =>
  (problemSchema.parse(await response.json()).errors ?? []).map(({ path }) => path).sort();

const cartPole = { environment: 'CartPole-v1' };
const missingId = `job_${'0'.repeat(20)}`;

describe('a refused job', () => {
  it.each([
    [
      'unknown fields',
      400,
      { ...cartPole, learning_rate: 1, stop: { steps: 3 } },
      ['learning_rate', 'stop.steps'],
    ],
    ['wrong types', 400, { ...cartPole, workers: 'two', seed: 1.5 }, ['seed', 'workers']],
    ['numbers out of range', 400, { ...cartPole, workers: 0, discount: 1.1 }, ['discount', 'workers']],
    ['a missing environment', 400, {}, ['environment']],
    ['a list', 400, [], ['']],
    ['an unknown environment', 422, { environment: 'CartPole-v9' }, ['environment']],
    [
      'contradictions',
      422,
      { ...cartPole, network: { shared: true, valueLayers: [] } },
      ['network.valueLayers'],
    ],
  ])('names each path for %s', async (_what, status, body, paths) => {
    const server = await startTestServer();
    const response = await server.post('/jobs', body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await issuePaths(response)).toEqual(paths);
    expect(await (await server.get('/jobs')).json()).toMatchObject({ data: [] });
  });

  it.each([
    ['broken JSON', 400, 'INVALID_JSON', '{"environment":', 'application/json'],
    ['an empty body', 400, 'INVALID_JSON', '', 'application/json'],
    ['a polluted prototype', 400, 'INVALID_JSON', '{"__proto__":{"a":1}}', 'application/json'],
    ['a form', 415, 'UNSUPPORTED_MEDIA_TYPE', 'environment=CartPole-v1', 'application/x-www-form-urlencoded'],
    [
      'a huge body',
      413,
      'BODY_TOO_LARGE',
      JSON.stringify({ ...cartPole, name: 'x'.repeat(300_000) }),
      'application/json',
    ],
  ])('says so for %s', async (_what, status, code, body, type) => {
    const server = await startTestServer();
    const response = await server.post('/jobs', body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(problemSchema.parse(await response.json())).toMatchObject({ status, code });
  });
});

describe('a refused address', () => {
  it.each([
    ['an unknown job', `/jobs/${missingId}`, 404, 'JOB_NOT_FOUND'],
    ['an id that is none', '/jobs/..%2f..%2fetc', 404, 'JOB_NOT_FOUND'],
    ['the events of an unknown job', `/jobs/${missingId}/events`, 404, 'JOB_NOT_FOUND'],
    ['the model of an unknown job', `/jobs/${missingId}/models/best/model.json`, 404, 'JOB_NOT_FOUND'],
    ['a page after an unknown job', `/jobs?after=${missingId}`, 404, 'JOB_NOT_FOUND'],
    ['a model that never exists', `/jobs/${missingId}/models/worst/model.json`, 404, 'ROUTE_NOT_FOUND'],
    ['no route', '/nothing/here', 404, 'ROUTE_NOT_FOUND'],
    ['a broken escape', '/jobs/%E0%A4%A', 400, 'BAD_REQUEST'],
    ['a limit that is too large', '/jobs?limit=1000', 400, 'INVALID_REQUEST'],
    ['an unknown query field', '/jobs?sort=name', 400, 'INVALID_REQUEST'],
    ['an unknown state', '/jobs?state=sleeping', 400, 'INVALID_REQUEST'],
  ])('says so for %s', async (_what, path, status, code) => {
    const server = await startTestServer();
    const response = await server.get(path);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problemSchema.parse(await response.json())).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  it('says which methods an address knows', async () => {
    const server = await startTestServer();
    const response = await fetch(`${server.url}/jobs/${missingId}/cancel`, { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('hides what went wrong inside', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('write-model');
    await server.waitFor(id, 'succeeded');
    writeFileSync(`${server.data}/jobs/${id}/best/weights.bin`, 'tampered');
    const response = await server.get(`/jobs/${id}/models/best/weights.bin`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(z.object({ code: z.literal('INTERNAL_ERROR') }).parse(JSON.parse(text))).toBeTruthy();
    expect(text).not.toContain(server.data);
  });
});
