// A trainer with scripted masters in a real cluster: who has a claim, and what becomes of one that was lost or ended.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { pino, type Logger } from 'pino';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { ClaimedJob, readClaim } from '../../../src/trainer/cluster/claimed-job.ts';
import { joinCluster } from '../../../src/trainer/cluster/join-cluster.ts';
import { jobSubject, orderKey } from '../../../src/trainer/cluster/names.ts';
import type { JobClaim, JobOrder } from '../../../src/trainer/cluster/records.ts';
import { readLastReport, ReportWriter } from '../../../src/trainer/cluster/report-writer.ts';
import { TrainedJob } from '../../../src/trainer/jobs/trained-job.ts';
import { Trainer } from '../../../src/trainer/trainer.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { exampleFigures } from '../../fixtures/example-figures.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { patience } from '../../fixtures/running-server.ts';
import { ScriptedMaster, ScriptedMasterHost } from '../../fixtures/scripted-master-host.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const jobId = 'job_00000000000000000001';
const order: JobOrder = {
  round: 1,
  wanted: 'train',
  attempt: 0,
  spec: exampleSpec,
  moduleHash: null,
  programVersion: '1.0.0',
};
const firstClaim: JobClaim = { epoch: 1, trainer: 'gone', round: 1, end: null, artifacts: {} };

/** A cluster with one job in the queue. */
async function openQueue(wanted: JobOrder['wanted'] = 'train') {
  const nats = await startNatsServer();
  const cluster = await joinCluster({ servers: nats.address, name: 'test', mayCreate: true });
  onTestFinished(async () => {
    await cluster.connection.close();
  });
  await cluster.records.put(orderKey(jobId), JSON.stringify({ ...order, wanted }));
  await cluster.jetStream.publish(jobSubject(jobId), '');
  const countQueued = async (): Promise<number> => (await cluster.streams.info('A3C_JOBS')).state.messages;
  const startTrainer = (log: Logger = pino({ level: 'silent' })) => {
    const masters = new ScriptedMasterHost();
    const directory = createTemporaryDirectory();
    const trainer = new Trainer({
      cluster,
      name: 'own',
      masters,
      locateJob: (id) => `${directory}/${id}`,
      environments: new EnvironmentRegistry(builtInEnvironments),
      programVersion: '1.0.0',
      cores: 8,
      maxRunningJobs: 8,
      memoryBytes: 1e12,
      estimateMemory: () => 0,
      log,
    });
    const run = trainer.run();
    onTestFinished(async () => {
      trainer.stop();
      // A job that is being taken still starts its master.
      const exits = setInterval(() => {
        for (const master of masters.masters) master.exit({ code: 0, signal: null });
      }, 10);
      await run;
      clearInterval(exits);
    });
    return { masters, trainer };
  };
  return { cluster, countQueued, startTrainer };
}

describe.skipIf(!hasNatsServer)('a trainer', { timeout: 60_000 }, () => {
  it('says that it waits for jobs once NATS has its subscription: who reads it may ask it at once', async () => {
    const { cluster, startTrainer } = await openQueue();
    const flushed = Promise.withResolvers<undefined>();
    const flush = vi.spyOn(cluster.connection, 'flush').mockReturnValue(flushed.promise);
    const lines: string[] = [];
    startTrainer(
      Object.assign(pino({ level: 'silent' }), { info: (_fields: object, line: string) => lines.push(line) }),
    );
    await vi.waitFor(() => expect(flush).toHaveBeenCalled(), patience);
    await setImmediate();
    expect(lines).toEqual([]);
    flushed.resolve(undefined);
    await vi.waitFor(() => expect(lines[0]).toBe('trainer waits for jobs'), patience);
  });

  it('ends the master of a job that another one has claimed, although the master says nothing', async () => {
    const { cluster, startTrainer } = await openQueue();
    const { masters } = startTrainer();
    await vi.waitFor(
      () => expect(masters.masters[0]?.assignment).toMatchObject({ jobId, attempt: 1 }),
      patience,
    );
    const found = await readClaim(cluster, jobId);
    const taken = { ...firstClaim, epoch: 2, trainer: 'other' };
    expect(await ClaimedJob.take(cluster, jobId, { claim: taken, before: found })).not.toBeNull();
    await vi.waitFor(() => expect(masters.masters[0]?.isKilled).toBe(true), patience);
    // What it still says is not reported.
    masters.masters[0]?.say({ type: 'finished', reason: 'maxSteps', figures: exampleFigures(100) });
    expect((await readLastReport(cluster, jobId)).report?.entries).toEqual([{ type: 'claimed' }]);
    expect((await readClaim(cluster, jobId))?.claim).toEqual(taken);
  });

  it('follows no order that is older than one it knows', async () => {
    const { cluster } = await openQueue();
    const [claim, message] = await Promise.all([
      ClaimedJob.take(cluster, jobId, { claim: firstClaim, before: null }),
      cluster.openQueue().then(async (queue) => await queue.next()),
    ]);
    if (claim === null || message === null) throw new Error('the job cannot be taken');
    const master = new ScriptedMaster();
    const job = new TrainedJob({
      cluster,
      claim,
      reports: new ReportWriter(cluster, jobId, firstClaim),
      order,
      message,
      master,
      directory: `${createTemporaryDirectory()}/job`,
      environmentOrigin: null,
      log: pino({ level: 'silent' }),
    });
    const changed = { ...order, spec: { ...exampleSpec, name: 'changed' } };
    job.follow({ order: changed, revision: 3 });
    job.follow({ order: { ...order, wanted: 'pause' }, revision: 2 });
    job.follow({ order, revision: 2 });
    job.follow({ order: changed, revision: 3 });
    expect(master.changes).toEqual([changed.spec]);
    expect(master.stops).toEqual([]);
    job.follow({ order: null, revision: 4 });
    expect(master.stops).toEqual(['cancelled']);
    master.exit({ code: 0, signal: null });
    await job.ended;
  });

  it('reports the end of a job whose trainer died before it could, and trains it no more', async () => {
    const { cluster, countQueued, startTrainer } = await openQueue();
    const writer = new ReportWriter(cluster, jobId, firstClaim);
    await writer.write(writer.compose([{ type: 'claimed' }]));
    const message = { type: 'finished', reason: 'maxSteps', figures: exampleFigures(100) } as const;
    const end = writer.compose([{ type: 'message', message, object: null }]);
    await ClaimedJob.take(cluster, jobId, { claim: { ...firstClaim, end }, before: null });
    const { masters } = startTrainer();
    await vi.waitFor(
      async () => expect((await readLastReport(cluster, jobId)).report).toEqual(end),
      patience,
    );
    await vi.waitFor(async () => expect(await countQueued()).toBe(0), patience);
    expect(masters.masters).toEqual([]);
  });

  it.each(['pause', 'cancel'] as const)(
    'releases a job that nobody has when the server wants: %s',
    async (wanted) => {
      const { cluster, countQueued, startTrainer } = await openQueue(wanted);
      await ClaimedJob.take(cluster, jobId, { claim: firstClaim, before: null });
      const { masters } = startTrainer();
      await vi.waitFor(async () => expect(await countQueued()).toBe(0), patience);
      const { report } = await readLastReport(cluster, jobId);
      expect(report).toMatchObject({ epoch: 2, entries: [{ type: 'released' }] });
      expect((await readClaim(cluster, jobId))?.claim).toMatchObject({ epoch: 2, end: report });
      expect(masters.masters).toEqual([]);
    },
  );

  it('gives a job whose master crashed to the queue, and says so', async () => {
    const { cluster, startTrainer } = await openQueue();
    const { masters } = startTrainer();
    await vi.waitFor(() => expect(masters.masters[0]?.assignment).toMatchObject({ attempt: 1 }), patience);
    masters.masters[0]?.exit({ code: 7, signal: null });
    await vi.waitFor(() => expect(masters.masters[1]?.assignment).toMatchObject({ attempt: 2 }), patience);
    const crash = { type: 'crashed', code: 'MASTER_DIED', message: 'the master process exited with code 7' };
    const reports = await cluster.streams.getMessage('A3C_REPORTS', { seq: 2 });
    expect(reports?.json()).toMatchObject({ epoch: 1, number: 2, entries: [crash] });
  });
});
