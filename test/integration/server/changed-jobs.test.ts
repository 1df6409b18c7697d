// PATCH /jobs/{id}: settings of a job that are changed after it was posted.
import { describe, expect, it, vi } from 'vitest';
import { jobSchema, type Job } from '../../../src/shared/job/job.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { runCommand } from '../../fixtures/command-line.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

async function patch(server: TestServer, id: string, changes: unknown): Promise<Response> {
  return await fetch(`${server.url}/jobs/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(changes),
  });
}

async function change(server: TestServer, id: string, changes: unknown): Promise<Job> {
  const response = await patch(server, id, changes);
  expect(response.status).toBe(200);
  return jobSchema.parse(await response.json());
}

const running = { seed: 1, stop: { maxSteps: 1e12, targetReward: null } };

describe('a job that is changed', () => {
  it('trains with the new settings, also after it was paused, and shows what was changed', async () => {
    const server = await startTestServer({}, 'real');
    const { id, spec } = await server.postJob('first', running);
    const readRate = async (): Promise<number | null> => (await server.readJob(id)).learning.learningRate;
    await vi.waitFor(async () => {
      expect(await readRate()).toBeCloseTo(spec.optimizer.learningRate, 6);
    }, patience);
    const changed = await change(server, id, {
      name: 'second',
      optimizer: { learningRate: 0.0001 },
      stop: { targetReward: 1000 },
    });
    expect(changed).toMatchObject({
      name: 'second',
      spec: {
        name: 'second',
        optimizer: { learningRate: 0.0001 },
        stop: { maxSteps: 1e12, targetReward: 1000 },
      },
    });
    expect(changed.changes.map(({ path, from, to }) => [path, from, to])).toEqual([
      ['name', 'first', 'second'],
      ['optimizer.learningRate', spec.optimizer.learningRate, 0.0001],
      ['stop.targetReward', null, 1000],
    ]);
    await vi.waitFor(async () => {
      expect(await readRate()).toBeCloseTo(0.0001, 6);
    }, patience);

    await server.post(`/jobs/${id}/pause`);
    await server.waitFor(id, 'paused');
    await change(server, id, { optimizer: { learningRate: 0.0002 } });
    await server.post(`/jobs/${id}/resume`);
    await server.waitFor(id, 'running');
    await vi.waitFor(async () => {
      expect(await readRate()).toBeCloseTo(0.0002, 6);
    }, patience);
    // A limit that is already reached ends the job.
    await change(server, id, { stop: { maxSteps: 1 } });
    expect(await server.waitFor(id, 'succeeded')).toMatchObject({ endedBy: 'maxSteps' });
  });

  it('has an event for each changed setting, and none for one that stays the same', async () => {
    const server = await startTestServer();
    const { id, spec } = await server.postJob('run');
    await server.waitFor(id, 'running');
    const { entropyCoefficient } = spec;
    await change(server, id, { entropyCoefficient });
    await change(server, id, { entropyCoefficient: 0.5, metadata: { note: '<b>more</b>' } });
    const newest = await (await server.get(`/jobs/${id}/events/newest?types=change&limit=10`)).json();
    expect(newest).toMatchObject({
      data: [
        { type: 'change', data: { path: 'metadata', from: {}, to: { note: '<b>more</b>' } } },
        { type: 'change', data: { path: 'entropyCoefficient', from: entropyCoefficient, to: 0.5 } },
      ],
    });
    const printed = await runCommand(['jobs', 'logs', id, '--url', server.url], {
      directory: createTemporaryDirectory(),
    });
    expect(printed.stdout).toMatch(/change +steps \d+, path entropyCoefficient, from [\d.]+, to 0\.5/);
  });

  it('keeps its settings when it has ended, but not its name', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    const refused = await patch(server, id, { name: 'last', entropyCoefficient: 1 });
    expect(refused.status).toBe(409);
    expect(problemSchema.parse(await refused.json())).toMatchObject({ code: 'JOB_ENDED' });
    expect((await server.readJob(id)).name).toBe('succeed');
    expect(await change(server, id, { name: 'last' })).toMatchObject({ name: 'last', state: 'succeeded' });
    const overviews = await (await server.get('/overviews?name=last')).json();
    expect(overviews).toMatchObject({ data: [{ id, name: 'last' }] });
  });

  it('refuses what cannot be changed, and says where', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run', { stop: { maxSteps: 1000, targetReward: null } });
    const cases = [
      [{ workers: 2 }, 400, 'workers'],
      [{ optimizer: { learningRate: -1 } }, 400, 'optimizer.learningRate'],
      [{ stop: { maxSteps: null } }, 422, 'stop'],
      [{ entropyCoefficient: 'much' }, 400, 'entropyCoefficient'],
    ] as const;
    for (const [changes, status, path] of cases) {
      const response = await patch(server, id, changes);
      expect(response.status).toBe(status);
      const { errors = [] } = problemSchema.parse(await response.json());
      expect(
        errors.map((error) => error.path),
        JSON.stringify(changes),
      ).toContain(path);
    }
    expect((await server.readJob(id)).changes).toEqual([]);
    expect((await patch(server, 'job_00000000000000000000', { name: 'x' })).status).toBe(404);
  });
});
