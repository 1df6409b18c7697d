// Reports that NATS has and does not deliver. A real nats-server does so too rarely for a test, so its consumer is
// wrapped here, and leaves out what it has received.
import type { ConsumerMessages } from '@nats-io/jetstream';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ReportMirror } from '../../../src/server/cluster/report-mirror.ts';
import { EventBus } from '../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../src/server/jobs/job-ledger.ts';
import { connectNats } from '../../../src/shared/nats/connect-nats.ts';
import { openCluster, type Cluster } from '../../../src/trainer/cluster/cluster.ts';
import { reportsStream, reportSubject } from '../../../src/trainer/cluster/names.ts';
import type { Report, ReportEntry } from '../../../src/trainer/cluster/records.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { patience } from '../../fixtures/running-server.ts';
import { insertJob, openTemporaryStore } from '../../fixtures/temporary-store.ts';

/** The same object with one other property. */
function override<Target extends object>(target: Target, name: keyof Target, value: unknown): Target {
  return new Proxy(target, {
    get: (object, key): unknown => {
      if (key === name) return value;
      const found: unknown = Reflect.get(object, key);
      if (typeof found !== 'function') return found;
      const bound: unknown = found.bind(object);
      return bound;
    },
  });
}

/** A cluster whose consumers do not deliver the messages at these places, the first time that they come. */
function leaveOut(cluster: Cluster, places: readonly number[]): Cluster {
  const missing = new Set(places);
  const filter = (messages: ConsumerMessages): ConsumerMessages =>
    override(messages, Symbol.asyncIterator, async function* () {
      for await (const message of messages) if (!missing.delete(message.seq)) yield message;
    });
  const { jetStream } = cluster;
  const get = async (...names: Parameters<typeof jetStream.consumers.get>): Promise<object> => {
    const consumer = await jetStream.consumers.get(...names);
    return override(consumer, 'consume', async (...options: Parameters<typeof consumer.consume>) =>
      filter(await consumer.consume(...options)),
    );
  };
  const consumers = override(jetStream.consumers, 'get', get);
  return { ...cluster, jetStream: override(jetStream, 'consumers', consumers) };
}

/** A mirror that reads what `publish` writes, without the reports at some places. */
async function startMirror(places: readonly number[]) {
  const nats = await startNatsServer();
  const connection = await connectNats({ servers: nats.address, name: 'server' });
  const cluster = await openCluster(connection, { mayCreate: true });
  const store = openTemporaryStore();
  const id = insertJob(store);
  const mirror = new ReportMirror({
    cluster: leaveOut(cluster, places),
    store,
    ledger: new JobLedger(store, new EventBus()),
    onMove: () => undefined,
    onEnd: () => undefined,
    log: pino({ level: 'silent' }),
  });
  await mirror.start();
  onTestFinished(async () => {
    await mirror.close();
    await connection.close();
  });
  let number = 0;
  const publish = async (entry: ReportEntry, jobId = id): Promise<void> => {
    number += 1;
    const report: Report = { epoch: 1, trainer: 'trainer', number, entries: [entry] };
    await cluster.jetStream.publish(reportSubject(jobId), JSON.stringify(report));
  };
  const expectState = async (state: string): Promise<void> => {
    await vi.waitFor(() => {
      expect(store.jobs.find(id)?.state).toBe(state);
    }, patience);
  };
  const countReports = async (): Promise<number> =>
    (await cluster.streams.info(reportsStream)).state.messages;
  return { publish, expectState, countReports, createJob: () => insertJob(store) };
}

const failed: ReportEntry = {
  type: 'message',
  message: { type: 'failed', error: { name: 'Error', message: 'no', stack: '', code: 'NO', cause: null } },
  object: null,
};
const log: ReportEntry = {
  type: 'message',
  message: { type: 'log', level: 'info', message: 'hello' },
  object: null,
};

describe.skipIf(!hasNatsServer)('a report that NATS leaves out', { timeout: 60_000 }, () => {
  it('is read before the one that follows it', async () => {
    const { publish, expectState } = await startMirror([1]);
    await publish({ type: 'claimed' });
    await publish(failed);
    await expectState('failed');
  });

  it('is read after a while if none follows it', async () => {
    const { publish, expectState } = await startMirror([2, 3]);
    await publish({ type: 'claimed' });
    await publish(log);
    await publish(failed);
    await expectState('failed');
  });
});

describe.skipIf(!hasNatsServer)('a report that was read', { timeout: 60_000 }, () => {
  it('is removed, but the last of each job is kept: the next one must follow it', async () => {
    const { publish, createJob, countReports } = await startMirror([]);
    await publish({ type: 'claimed' });
    const other = createJob();
    for (const entry of [{ type: 'claimed' } as const, log, log]) await publish(entry, other);
    await vi.waitFor(async () => {
      expect(await countReports()).toBe(2);
    }, patience);
    await publish(log, other);
    await vi.waitFor(async () => {
      expect(await countReports()).toBe(2);
    }, patience);
  });
});
