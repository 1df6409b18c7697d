// Bad requests: the answer is a problem that names the mistake, and nothing is stored.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const issuePaths = async (response: Response): Promise<string[]> =>
  (problemSchema.parse(await response.json()).errors ?? []).map(({ path }) => path).sort();

const cartPole = { environment: 'CartPole-v1' };
const contradictory = {
  ...cartPole,
  network: { shared: true, valueLayers: [] },
  optimizer: { criticLearningRate: null },
};
const nest = (open: string, close: string, levels: number): string =>
  open.repeat(levels) + close.repeat(levels);
const missingId = `job_${'0'.repeat(20)}`;

describe('a refused job', () => {
  it('says which fields were meant by unknown ones, and which is required', async () => {
    const server = await startTestServer();
    const body = { learning_rate: 1, env: 'CartPole-v1', stop: { max_steps: 3 } };
    const { errors = [] } = problemSchema.parse(await (await server.post('/jobs', body)).json());
    expect(Object.fromEntries(errors.map(({ path, message }) => [path, message]))).toEqual({
      environment: 'required',
      learning_rate: 'unknown field; did you mean optimizer.learningRate?',
      env: 'unknown field; did you mean environment?',
      'stop.max_steps': 'unknown field; did you mean stop.maxSteps?',
    });
    const job = `/jobs/${missingId}/resume`;
    const resuming = problemSchema.parse(await (await server.post(job, { maxSteps: 3 })).json());
    expect(resuming.errors).toEqual([
      { path: 'maxSteps', message: 'unknown field; did you mean stop.maxSteps?' },
    ]);
  });

  it.each([
    {
      what: 'unknown fields',
      status: 400,
      body: { ...cartPole, learning_rate: 1, stop: { steps: 3 } },
      paths: ['learning_rate', 'stop.steps'],
    },
    {
      what: 'wrong types',
      status: 400,
      body: { ...cartPole, workers: 'two', seed: 1.5 },
      paths: ['seed', 'workers'],
    },
    {
      what: 'numbers out of range',
      status: 400,
      body: { ...cartPole, workers: 0, discount: 1.1 },
      paths: ['discount', 'workers'],
    },
    { what: 'a missing environment', status: 400, body: {}, paths: ['environment'] },
    { what: 'a list', status: 400, body: [], paths: [''] },
    {
      what: 'an unknown environment',
      status: 422,
      body: { environment: 'CartPole-v9' },
      paths: ['environment'],
    },
    { what: 'contradictions', status: 422, body: contradictory, paths: ['network.valueLayers'] },
    {
      what: 'a clip range that allows no update',
      status: 422,
      body: { ...cartPole, algorithm: 'ppo', ppo: { clipRange: 0 } },
      paths: ['ppo.clipRange'],
    },
    {
      what: 'minibatches that do not divide the rollout',
      status: 422,
      body: { ...cartPole, algorithm: 'ppo', ppo: { minibatches: 7 } },
      paths: ['ppo.minibatches'],
    },
    {
      what: 'rollouts that no memory holds',
      status: 422,
      body: { ...cartPole, environmentsPerWorker: 1024, rolloutLength: 4096 },
      paths: ['rolloutLength'],
    },
    {
      what: 'a network that no memory holds',
      status: 422,
      body: { ...cartPole, network: { layers: Array(8).fill({ type: 'dense', units: 4096 }) } },
      paths: ['network'],
    },
    {
      what: 'a number that is infinite',
      status: 400,
      body: '{"environment":"CartPole-v1","stop":{"targetReward":1e999}}',
      paths: ['stop.targetReward'],
    },
  ])('names each path for $what', async ({ status, body, paths }) => {
    const server = await startTestServer();
    const response = await server.post('/jobs', body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await issuePaths(response)).toEqual(paths);
    expect(await (await server.get('/jobs')).json()).toMatchObject({ data: [] });
  });

  it.each([
    { what: 'broken JSON', status: 400, code: 'INVALID_JSON', body: '{"environment":' },
    { what: 'an empty body', status: 400, code: 'INVALID_JSON', body: '' },
    { what: 'a polluted prototype', status: 400, code: 'INVALID_JSON', body: '{"__proto__":{"a":1}}' },
    {
      what: 'a prototype reached through a constructor',
      status: 400,
      code: 'INVALID_JSON',
      body: '{"metadata":{"constructor":{"prototype":{"a":1}}}}',
    },
    {
      what: 'a polluted prototype within',
      status: 400,
      code: 'INVALID_JSON',
      body: '{"environment":"CartPole-v1","metadata":{"\\u005f_proto__":1}}',
    },
    { what: 'lists in lists', status: 400, code: 'BODY_TOO_DEEP', body: nest('[', ']', 33) },
    { what: 'lists as deep as fits', status: 400, code: 'BODY_TOO_DEEP', body: nest('[', ']', 130_000) },
    { what: 'objects in objects', status: 400, code: 'BODY_TOO_DEEP', body: nest('{"stop":[', ']}', 17) },
    { what: 'levels that still may be', status: 400, code: 'INVALID_REQUEST', body: nest('[', ']', 32) },
    {
      what: 'a form',
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      body: 'a=b',
      type: 'application/x-www-form-urlencoded',
    },
    {
      what: 'plain text, which needs no preflight',
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      body: '{"environment":"CartPole-v1"}',
      type: 'text/plain',
    },
    { what: 'a huge body', status: 413, code: 'BODY_TOO_LARGE', body: `{"name":"${'x'.repeat(300_000)}"}` },
  ])('says so for $what', async ({ status, code, body, type = 'application/json' }) => {
    const server = await startTestServer();
    const response = await server.post('/jobs', body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(problemSchema.parse(await response.json())).toMatchObject({ status, code });
  });
});

describe('a refused address', () => {
  it.each([
    { what: 'an unknown job', path: `/jobs/${missingId}`, status: 404, code: 'JOB_NOT_FOUND' },
    { what: 'an id that is none', path: '/jobs/..%2f..%2fetc', status: 404, code: 'JOB_NOT_FOUND' },
    {
      what: 'the events of an unknown job',
      path: `/jobs/${missingId}/events`,
      status: 404,
      code: 'JOB_NOT_FOUND',
    },
    {
      what: 'the model of an unknown job',
      path: `/jobs/${missingId}/models/best/model.json`,
      status: 404,
      code: 'JOB_NOT_FOUND',
    },
    {
      what: 'a page after an unknown job',
      path: `/jobs?after=${missingId}`,
      status: 404,
      code: 'JOB_NOT_FOUND',
    },
    {
      what: 'a model that never exists',
      path: `/jobs/${missingId}/models/worst/model.json`,
      status: 404,
      code: 'ROUTE_NOT_FOUND',
    },
    { what: 'no route', path: '/nothing/here', status: 404, code: 'ROUTE_NOT_FOUND' },
    { what: 'a broken escape', path: '/jobs/%E0%A4%A', status: 400, code: 'BAD_REQUEST' },
    { what: 'a limit that is too large', path: '/jobs?limit=1000', status: 400, code: 'INVALID_REQUEST' },
    { what: 'a limit that is not decimal', path: '/jobs?limit=0x10', status: 400, code: 'INVALID_REQUEST' },
    { what: 'an empty limit', path: '/jobs?limit=', status: 400, code: 'INVALID_REQUEST' },
    { what: 'an unknown query field', path: '/jobs?sort=name', status: 400, code: 'INVALID_REQUEST' },
    { what: 'an unknown state', path: '/jobs?state=sleeping', status: 400, code: 'INVALID_REQUEST' },
  ])('says so for $what', async ({ path, status, code }) => {
    const server = await startTestServer();
    const response = await server.get(path);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problemSchema.parse(await response.json())).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  it.each([
    { path: 'metrics?sinceStep=', field: 'sinceStep' },
    { path: 'metrics?sinceStep=1e3', field: 'sinceStep' },
    { path: 'metrics?maxPoints=1', field: 'maxPoints' },
    { path: 'metrics?format=xml', field: 'format' },
    { path: 'evaluations?maxPoints=2', field: 'maxPoints' },
    { path: 'events?after=-1', field: 'after' },
    { path: 'events', field: 'last-event-id', headers: { 'last-event-id': 'abc' } },
    { path: 'events', field: 'last-event-id', headers: { 'last-event-id': '99999999999999999999' } },
  ])('names $field of $path', async ({ path, field, headers }) => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    const response = await server.get(`/jobs/${id}/${path}`, { accept: 'text/event-stream', ...headers });
    expect(response.status).toBe(400);
    expect(new Set(await issuePaths(response))).toEqual(new Set([field]));
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
