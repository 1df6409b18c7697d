// What can happen to a trainer, to NATS and to the server while a job is trained. Trainers that are killed are part of
// `npm run torture`.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { A3CClient } from '../../../src/client.ts';
import { leaseMs } from '../../../src/trainer/cluster/cluster.ts';
import { joinCluster } from '../../../src/trainer/cluster/join-cluster.ts';
import { ClaimedJob, ClaimLostError, readClaim } from '../../../src/trainer/cluster/claimed-job.ts';
import { readLastReport, ReportWriter } from '../../../src/trainer/cluster/report-writer.ts';
import { endless, expectProgress } from '../../fixtures/expect-progress.ts';
import { expectOneSuccess } from '../../fixtures/killed-trainers.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { openTestServer, patience, startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { startTrainerProcess } from '../../fixtures/worker-process.ts';

const quickCheckpoints = { checkpoint: { everySeconds: 1 } };

async function readAttempt(client: A3CClient, id: string): Promise<number> {
  const { data } = await client.listNewestEvents(id, ['state'], { limit: 1 });
  const [event] = data;
  return event?.type === 'state' ? event.data.attempt : 0;
}

describe.skipIf(!hasNatsServer)('a job in a cluster', { timeout: 180_000 }, () => {
  it('is lost to a trainer that is frozen for too long, whose late writes are refused', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    const client = new A3CClient({ url: server.url });
    const frozen = startTrainerProcess(nats.address);
    const { id } = await server.postJob('job', { ...endless, ...quickCheckpoints });
    await server.waitFor(id, 'running');
    await vi.waitFor(async () => {
      expect((await server.readJob(id)).checkpoint).not.toBeNull();
    }, patience);
    frozen.signal('SIGSTOP');
    startTrainerProcess(nats.address);
    await vi.waitFor(async () => {
      expect(await readAttempt(client, id)).toBe(2);
    }, patience);
    frozen.signal('SIGCONT');
    await frozen.waitForLog('job is lost');
    await expectProgress(server, id);
    expect(await readAttempt(client, id)).toBe(2);
    const steps = (await client.getMetrics(id)).map((point) => point.steps);
    expect(steps).toEqual([...steps].sort((left, right) => left - right));
  });

  it('goes on with the same master when NATS was away for longer than the lease', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    const client = new A3CClient({ url: server.url });
    // Each is full with one job: the job's message can only come to the other one again.
    const trainers = [1, 2].map(() => startTrainerProcess(nats.address, ['--max-running-jobs', '1']));
    await Promise.all(trainers.map(async (trainer) => await trainer.waitForLog('waits for jobs')));
    const { id } = await server.postJob('job', { ...endless, ...quickCheckpoints });
    await server.waitFor(id, 'running');
    await expectProgress(server, id);
    await nats.kill();
    // What is asked for meanwhile is done afterwards.
    const { id: later } = await server.postJob('later', { stop: { maxSteps: 1_000, targetReward: null } });
    await sleep(leaseMs + 1_000);
    await nats.restart();
    await expectProgress(server, id);
    await server.waitFor(later, 'succeeded');
    await sleep(leaseMs);
    expect(await readAttempt(client, id)).toBe(1);
    await server.post(`/jobs/${id}/cancel`);
    await server.waitFor(id, 'cancelled');
  });

  it('is trained on while its server is away, which then catches up', async () => {
    const nats = await startNatsServer();
    const data = createTemporaryDirectory();
    const maxSteps = 500_000;
    const first = await openTestServer({ nats: nats.address, train: false, data });
    const trainer = startTrainerProcess(nats.address);
    const { id } = await first.postJob('job', {
      ...quickCheckpoints,
      stop: { maxSteps, targetReward: null },
    });
    await first.waitFor(id, 'running');
    await first.close();
    await trainer.waitForLog('master ended');
    const second = await startTestServer({ nats: nats.address, train: false, data });
    await second.waitFor(id, 'succeeded');
    const client = new A3CClient({ url: second.url });
    await expectOneSuccess(client, id, maxSteps);
    // What the first server has read is not read again.
    const { data: events } = await client.listNewestEvents(id, ['state']);
    const states = events.flatMap((event) => (event.type === 'state' ? [event.data.state] : []));
    expect(states).toEqual(['queued', 'running', 'succeeded']);
  });

  it('can be claimed by one only, and whoever has lost it can write nothing', async () => {
    const nats = await startNatsServer();
    const clusters = [
      await joinCluster({ servers: nats.address, name: 'first', mayCreate: true }),
      await joinCluster({ servers: nats.address, name: 'second', mayCreate: true }),
    ] as const;
    const [one, two] = clusters;
    const claim = { epoch: 1, trainer: 'first', round: 1, end: null, artifacts: {} };
    const before = await ClaimedJob.take(one, 'job_1', { claim, before: null });
    const lost = new ReportWriter(one, 'job_1', claim);
    await lost.write(lost.compose([{ type: 'claimed' }]));
    const next = { ...claim, epoch: 2, trainer: 'second' };
    const found = await readClaim(two, 'job_1');
    expect(
      await ClaimedJob.take(two, 'job_1', { claim: { ...next, trainer: 'third' }, before: null }),
    ).toBeNull();
    expect(await ClaimedJob.take(two, 'job_1', { claim: next, before: found })).not.toBeNull();
    const writer = new ReportWriter(two, 'job_1', next);
    await writer.write(writer.compose([{ type: 'claimed' }]));
    await expect(before?.update({ artifacts: { checkpoint: ['late'] } })).rejects.toThrow(ClaimLostError);
    await expect(before?.verify()).rejects.toThrow(ClaimLostError);
    await expect(lost.write(lost.compose([{ type: 'released', reason: 'late' }]))).rejects.toThrow(
      ClaimLostError,
    );
    expect((await readLastReport(one, 'job_1')).report).toMatchObject({ epoch: 2, number: 1 });
    expect((await readClaim(one, 'job_1'))?.claim).toEqual(next);
    for (const { connection } of clusters) await connection.close();
  });
});

describe.skipIf(!hasNatsServer)('a server in a cluster', { timeout: 120_000 }, () => {
  it('cancels a job although no trainer answers', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    const trainer = startTrainerProcess(nats.address);
    const { id } = await server.postJob('job', { ...endless });
    await server.waitFor(id, 'running');
    trainer.signal('SIGSTOP');
    await server.post(`/jobs/${id}/cancel`);
    await server.waitFor(id, 'cancelled');
    trainer.signal('SIGCONT');
    await trainer.waitForLog('job is lost');
    expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
  });

  it('closes while it waits for a trainer that does not answer', async () => {
    const nats = await startNatsServer();
    const server = await openTestServer({
      nats: nats.address,
      train: false,
      data: createTemporaryDirectory(),
    });
    const trainer = startTrainerProcess(nats.address);
    const { id } = await server.postJob('job', { ...endless });
    await server.waitFor(id, 'running');
    trainer.signal('SIGSTOP');
    const failures: unknown[] = [];
    const note = (error: unknown): void => {
      failures.push(error);
    };
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const answer = server.post(`/jobs/${id}/cancel`).catch(() => null);
    await server.waitFor(id, 'cancelling');
    await server.close();
    await answer;
    // What still waited would read the closed store now.
    await sleep(500);
    expect(failures).toEqual([]);
  });
});
