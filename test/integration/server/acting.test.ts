// POST /jobs/{id}/actions: the policy of a job as a service.
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { A3CClient } from '../../../src/client.ts';
import { loadPolicy } from '../../../src/policy/node.ts';
import { actionsAnswerSchema } from '../../../src/shared/api/actions.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { inspectTopology } from '../../../src/shared/engines/tfjs/inspect-topology.ts';
import { startBackend } from '../../../src/shared/engines/tfjs/start-backend.ts';
import { createNormalizedTopology } from '../../fixtures/topologies/example-topologies.ts';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { postDrawnModel, storeDrawnModel } from '../../fixtures/drawn-jobs.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { exchange } from '../../fixtures/raw-request.ts';

const observation = [0.3, -0.2, 0.1, 0.4];

async function ask(server: TestServer, id: string, body: unknown): Promise<unknown> {
  return await (await server.post(`/jobs/${id}/actions`, body)).json();
}

function readActions(answer: unknown): unknown[] {
  return actionsAnswerSchema.parse(answer).actions;
}

const find = (server: TestServer, id: string, model = 'best') =>
  loadPolicy(join(server.data, 'jobs', id, model));

describe('POST /jobs/{id}/actions', () => {
  it('answers what the policy of the model says, of the one that was asked for', async () => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    for (const model of ['best', 'latest'] as const) {
      const policy = await find(server, id, model);
      const { value } = policy.inspect(observation);
      expect(await ask(server, id, { observations: [observation, [0, 0, 0, 0]], model })).toEqual({
        actions: [policy.predict(observation).action, policy.predict([0, 0, 0, 0]).action],
        values: [expect.closeTo(value ?? 0, 4), expect.any(Number)],
        model,
        trainingSteps: 0,
      });
    }
  });

  it('draws the same actions with the same seed', async () => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    const observations = Array<number[]>(200).fill(observation);
    const draw = async (seed?: number) =>
      JSON.stringify(await ask(server, id, { observations, deterministic: false, ...(seed && { seed }) }));
    const first = await draw(7);
    expect(await draw(7)).toBe(first);
    expect(await draw(8)).not.toBe(first);
    expect(await draw()).not.toBe(await draw());
    expect(first).toMatch(/"actions":\[[01,]*0[01,]*1|"actions":\[[01,]*1[01,]*0/);
  });

  it('follows newer weights without a restart, and forgets a job that was deleted', async () => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    const before = await ask(server, id, { observations: [observation] });
    await storeDrawnModel(server, id, { model: 'best', seed: 9, request: { network: { layers: [] } } });
    // Any change of the job makes the server look; training reports each model that it stores.
    await fetch(`${server.url}/jobs/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"newer"}',
    });
    const { value } = (await find(server, id)).inspect(observation);
    await vi.waitFor(async () => {
      const after = await ask(server, id, { observations: [observation] });
      expect(after).not.toEqual(before);
      expect(after).toMatchObject({ values: [expect.closeTo(value ?? 0, 4)] });
    }, patience);
    expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
    expect(await ask(server, id, { observations: [observation] })).toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it.each([
    ['{"observations":[[1,2,3]]}', 'INVALID_REQUEST', 'observations.0'],
    ['{"observations":[[1,2,3,4],[1,2,null,4]]}', 'INVALID_REQUEST', 'observations.1.2'],
    ['{"observations":[[1,2,3,1e400]]}', 'INVALID_REQUEST', 'observations.0.3'],
    ['{"observations":[[1,2,3,4]],"masks":[[0,0]]}', 'INVALID_REQUEST', 'masks.0'],
    ['{"observations":[[1,2,3,4]],"masks":[[1]]}', 'INVALID_REQUEST', 'masks.0'],
    ['{"observations":[[1,2,3,4]],"states":[[1]]}', 'INVALID_REQUEST', 'states.0'],
    ['{"observations":[[1,2,3,4]],"id":1}', 'INVALID_REQUEST', 'id'],
    ['{"observations":[[1,2,3,4]', 'INVALID_JSON', null],
    ['', 'INVALID_JSON', null],
  ])('refuses %s', async (body, code, path) => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    const response = await server.post(`/jobs/${id}/actions`, body);
    const problem = problemSchema.parse(await response.json());
    expect(problem).toMatchObject({ status: 400, code });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(problem.errors?.map((error) => error.path)).toEqual(path === null ? undefined : [path]);
  });

  it('refuses what is no JSON, too large, or encoded, and jobs without a model', async () => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    const path = `/jobs/${id}/actions`;
    const text = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' };
    expect((await fetch(server.url + path, text)).status).toBe(415);
    const encoded = { 'content-encoding': 'gzip' };
    expect((await server.post(path, { observations: [observation] }, encoded)).status).toBe(415);
    expect((await server.post(path, ' '.repeat(9 * 1024 * 1024))).status).toBe(413);
    const waiting = await server.postJob('run');
    expect(await ask(server, waiting.id, { observations: [observation] })).toMatchObject({
      status: 404,
      code: 'MODEL_NOT_READY',
    });
    const large = { observations: Array<number[]>(9_000).fill(observation) };
    expect(await ask(server, waiting.id, large)).toMatchObject({ code: 'MODEL_NOT_READY' });
    expect(await ask(server, 'job_0', { observations: [observation] })).toMatchObject({ status: 404 });
    expect((await server.get(path)).status).toBe(426);
  });

  it('answers large bodies and large networks in its thread', async () => {
    const server = await startTestServer();
    const id = await postDrawnModel(server);
    const observations = Array.from({ length: 5_000 }, (_, row) => [
      row / 5_000,
      0.123456789,
      -row / 700,
      0.5,
    ]);
    const [whole, ...parts] = await Promise.all([
      ask(server, id, { observations }),
      ...Array.from({ length: 50 }, (_, part) =>
        ask(server, id, { observations: observations.slice(part * 100, (part + 1) * 100) }),
      ),
    ]);
    expect(readActions(whole)).toHaveLength(5_000);
    expect(readActions(whole)).toEqual(parts.flatMap(readActions));
    expect(await ask(server, id, { observations: [...observations, [1]] })).toMatchObject({
      errors: [{ path: 'observations.5000' }],
    });
    const layers = Array.from({ length: 2 }, () => ({ type: 'dense' as const, units: 600 }));
    const large = await postDrawnModel(server, { network: { shared: false, layers } });
    const { value } = (await find(server, large)).inspect(observation);
    expect(await ask(server, large, { observations: [observation] })).toMatchObject({
      actions: [(await find(server, large)).predict(observation).action],
      values: [expect.closeTo(value ?? 0, 3)],
    });
  });

  it('answers as a topology of TensorFlow.js, in its thread', async () => {
    await startBackend('wasm');
    const modelTopology = createNormalizedTopology([4], 2);
    const modelDescription = await inspectTopology(modelTopology);
    const server = await startTestServer();
    const id = await postDrawnModel(server, { network: { modelTopology, modelDescription } });
    const policy = await find(server, id);
    expect(policy.engine).toBe('tfjs');
    const { value } = policy.inspect(observation);
    expect(await ask(server, id, { observations: [observation, [0, 1, 0, -1]] })).toMatchObject({
      actions: [policy.predict(observation).action, policy.predict([0, 1, 0, -1]).action],
      values: [expect.closeTo(value ?? 0, 3), expect.any(Number)],
    });
    policy.close();
  });

  it('takes what its client has: arrays of floats, and states of a policy with memory', async () => {
    const server = await startTestServer();
    const client = new A3CClient({ url: server.url });
    const request = { network: { layers: [{ type: 'lstm' as const, units: 5 }] } };
    const id = await postDrawnModel(server, request, 'CartPolePositions-v0');
    const policy = await find(server, id);
    let single = policy.predict([0.4, -0.3], { state: null });
    let { actions, states } = await client.chooseActions(id, [Float32Array.of(0.4, -0.3), [0.1, 0.2]]);
    for (let step = 0; step < 5; step += 1) {
      expect(actions[0]).toBe(single.action);
      single = policy.predict([0.4, step], single);
      ({ actions, states } = await client.chooseActions(
        id,
        [
          [0.4, step],
          [0.1, 0.2],
        ],
        {
          states: [states?.[0] ?? null, null],
        },
      ));
    }
    expect(states).toHaveLength(2);
    await expect(client.chooseActions(id, [[1, 2, 3]])).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('is open to readers, and counted apart from other calls', async () => {
    const server = await startTestServer({ token: 'secret', readToken: 'look-only' }, 'scripted', {
      maxActionRequestsPerSecond: 3,
    });
    const headers = { authorization: 'Bearer secret' };
    const answer = await server.post('/jobs', { environment: 'CartPole-v1', name: 'run' }, headers);
    const posted = jobSchema.parse(await answer.json());
    const path = `/jobs/${posted.id}/actions`;
    const readers = { authorization: 'Bearer look-only' };
    const body = { observations: [observation] };
    expect((await server.post(path, body)).status).toBe(401);
    expect((await server.post(path, body, { ...readers, origin: 'https://other.example' })).status).toBe(403);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await server.post(path, body, readers)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([404, 429]));
    expect((await server.get('/status', readers)).status).toBe(200);
    expect((await server.post(`/jobs/${posted.id}/evaluations`, {}, readers)).status).toBe(403);
  });

  it('still answers requests that offer another protocol', async () => {
    const server = await startTestServer();
    for (const upgrade of ['h2c', 'websocket']) {
      const { status } = await exchange(
        server.url,
        `GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: ${upgrade}\r\n\r\n`,
      );
      expect(status).toBe(200);
    }
  });

  it('has metrics', async () => {
    const server = await startTestServer();
    await server.get('/metrics');
    const id = await postDrawnModel(server);
    await ask(server, id, { observations: [observation, observation] });
    const text = await (await server.get('/metrics')).text();
    expect(text).toMatch(/^a3c_actions_total 2$/m);
    expect(text).toMatch(/^a3c_action_requests_total 1$/m);
    expect(text).toMatch(/^a3c_action_seconds_count 1$/m);
    expect(text).toMatch(/^a3c_open_policies 1$/m);
  });
});
