// A job from its POST to its model, with the real master.
import { describe, expect, it } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { isFinished } from '../../../src/shared/job/transition.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

describe('a training job', () => {
  it('learns, shows how, and leaves a model to download', async () => {
    const server = await startTestServer({}, 'real');
    const client = new A3CClient({ url: server.url });
    const { id } = await client.createJob({
      environment: 'Identity-v0',
      stop: { maxSteps: 40_000 },
      seed: 1,
    });
    const types = new Set<string>();
    for await (const event of client.events(id)) types.add(event.type);
    expect([...types].sort()).toEqual(expect.arrayContaining(['episode', 'evaluation', 'progress', 'state']));
    const job = await client.getJob(id);
    expect(job).toMatchObject({ state: 'succeeded', attempt: 1, error: null });
    expect(job.models.best).not.toBeNull();
    const curve = await client.getMetrics(id);
    expect(curve.at(-1)?.steps).toBe(job.progress.steps);
    const steps = curve.map((point) => point.steps);
    // The end alone is one point: the rest came with the reports.
    expect(steps.length).toBeGreaterThan(1);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    const model = await client.getModel(id, 'best');
    expect([...model.files.keys()].sort()).toEqual([
      'manifest.json',
      'model-card.json',
      'model.json',
      'weights.bin',
    ]);
    expect(model.isChecked).toBe(true);
    await client.deleteJob(id);
    await expect(client.getJob(id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('is cancelled while it trains flat out', async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await server.postJob('endless', {
      stop: { maxSteps: null, targetReward: null, maxSeconds: 600 },
      optimizer: { schedule: 'constant' },
    });
    await expect
      .poll(async () => (await server.readJob(id)).progress.steps, { timeout: 40_000 })
      .toBeGreaterThan(0);
    await server.post(`/jobs/${id}/cancel`);
    await expect
      .poll(async () => isFinished((await server.readJob(id)).state), { timeout: 40_000, interval: 10 })
      .toBe(true);
    expect(await server.readJob(id)).toMatchObject({ state: 'cancelled' });
  });
});
