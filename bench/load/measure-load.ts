// Load test of a server while two workers train at full speed: how fast it answers, whether event streams are
// complete, and how much training slows down. Training is measured alone and under load in turns, within the same
// minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import type { A3CClient } from '../../src/index.ts';
import { endlessJob, waitUntilTraining } from '../measure-server.ts';
import { readProcessorSeconds } from '../process-tree.ts';
import { percentile } from '../statistics.ts';
import { openEventReaders } from './event-readers.ts';
import { requestStatuses } from './request-statuses.ts';

export const statusesPerSecond = 500;
export const eventStreams = 50;

/** How long a job takes to its full speed. */
const warmUpMs = 2_000;

/** One turn: the job alone, then under load. */
export interface LoadFigures {
  readonly statusP50: number;
  readonly statusP99: number;
  readonly statusFailures: number;
  readonly statusRate: number;
  readonly eventRate: number;
  readonly eventsLost: number;
  readonly stepsAlone: number;
  readonly stepsLoaded: number;
  /** Percent. */
  readonly slowdown: number;
  /** Processor time in percent of one core, under load. */
  readonly serverProcessor: number;
  readonly generatorProcessor: number;
}

export interface LoadedServer {
  readonly client: A3CClient;
  readonly url: string;
  readonly processId: number;
}

export async function* measureLoad(
  { client, url, processId }: LoadedServer,
  { turns, seconds }: { readonly turns: number; readonly seconds: number },
): AsyncGenerator<LoadFigures> {
  const { id: jobId } = await client.createJob(endlessJob);
  await waitUntilTraining(client, jobId);
  await sleep(warmUpMs);
  for (let turn = 0; turn < turns; turn += 1) {
    const alone = await measureTraining(client, jobId, () => sleep(seconds * 1000));
    const readers = await openEventReaders({ url, jobId, streams: eventStreams });
    const before = { ...(await readers.read()), ...(await readProcessorUse(processId)) };
    const loaded = await measureTraining(client, jobId, () =>
      requestStatuses(url, { perSecond: statusesPerSecond, seconds }),
    );
    const after = { ...(await readers.read()), ...(await readProcessorUse(processId)) };
    await readers.close();
    const { latencies, failures, perSecond } = loaded.result;
    yield {
      statusP50: percentile(latencies, 0.5),
      statusP99: percentile(latencies, 0.99),
      statusFailures: failures,
      statusRate: perSecond,
      eventRate: (after.events - before.events) / loaded.seconds,
      eventsLost: after.lost + (eventStreams - after.open),
      stepsAlone: alone.stepsPerSecond,
      stepsLoaded: loaded.stepsPerSecond,
      slowdown: (1 - loaded.stepsPerSecond / alone.stepsPerSecond) * 100,
      serverProcessor: ((after.server - before.server) / loaded.seconds) * 100,
      generatorProcessor: ((after.generator - before.generator) / loaded.seconds) * 100,
    };
  }
}

/** Steps per second of the job while `work` is done, by the job's own clock. */
async function measureTraining<Result>(
  client: A3CClient,
  jobId: string,
  work: () => Promise<Result>,
): Promise<{ stepsPerSecond: number; seconds: number; result: Result }> {
  const before = (await client.getJob(jobId)).progress;
  const result = await work();
  const after = (await client.getJob(jobId)).progress;
  const seconds = after.elapsedSeconds - before.elapsedSeconds;
  return { stepsPerSecond: (after.steps - before.steps) / seconds, seconds, result };
}

/** Seconds that the server and this very process have computed. */
async function readProcessorUse(serverId: number): Promise<{ server: number; generator: number }> {
  return {
    server: await readProcessorSeconds(serverId),
    generator: await readProcessorSeconds(process.pid),
  };
}
