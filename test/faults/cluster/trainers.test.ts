// Jobs of a server that trains nothing itself: trainers take them, pause, cancel and finish them.
import { describe, expect, it } from 'vitest';
import { endless, expectProgress } from '../../fixtures/expect-progress.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { startTrainerProcess } from '../../fixtures/worker-process.ts';

describe.skipIf(!hasNatsServer)('a trainer', { timeout: 120_000 }, () => {
  it('trains what the server was posted, and its model is there', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    const trainer = startTrainerProcess(nats.address);
    const { id } = await server.postJob('job', { seed: 1, stop: { maxSteps: 20_000, targetReward: null } });
    const job = await server.waitFor(id, 'succeeded');
    expect(job.progress.steps).toBeGreaterThanOrEqual(20_000);
    expect((await server.get(`/jobs/${id}/models/best/model.json`)).status).toBe(200);
    trainer.signal('SIGTERM');
    expect(await trainer.exited).toBe(0);
  });

  it('pauses, changes, continues and cancels a job as it is told', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    startTrainerProcess(nats.address);
    const { id } = await server.postJob('job', { ...endless });
    await server.waitFor(id, 'running');
    await expectProgress(server, id);
    await server.post(`/jobs/${id}/pause`);
    const paused = await server.waitFor(id, 'paused');
    expect(paused.checkpoint?.steps).toBeGreaterThan(0);
    await server.post(`/jobs/${id}/resume`);
    await server.waitFor(id, 'running');
    await expectProgress(server, id);
    const { progress } = await server.readJob(id);
    expect(progress.steps).toBeGreaterThan(paused.progress.steps);
    await server.remove(`/jobs/${id}`);
    await server.post(`/jobs/${id}/cancel`);
    await server.waitFor(id, 'cancelled');
  });

  it('notices that NATS no longer answers, although nothing closed the connection', async () => {
    const nats = await startNatsServer();
    await startTestServer({ nats: nats.address, train: false });
    const trainer = startTrainerProcess(nats.address);
    await trainer.waitForLog('waits for jobs');
    nats.freeze();
    await trainer.waitForLog('NATS cannot be reached');
  });
});
