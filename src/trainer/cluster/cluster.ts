// What servers and trainers share over NATS: a queue of jobs, the records of who trains them, their reports, and their
// models and checkpoints. Only this file loads the packages for JetStream, when a cluster is opened.
import type { Consumer, JetStreamClient, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/nats-core';
import type { ObjectStore } from '@nats-io/obj';
import { NatsUnavailableError } from '../../shared/nats/connect-nats.ts';
import {
  allJobsSubject,
  allReportsSubject,
  artifactBucket,
  jobsStream,
  recordBucket,
  reportsStream,
  trainersConsumer,
} from './names.ts';

export interface Cluster {
  readonly connection: NatsConnection;
  readonly jetStream: JetStreamClient;
  readonly streams: JetStreamManager['streams'];
  /** Messages of streams, one by one. */
  readonly messages: JetStreamManager['direct'];
  /** Orders of the server and claims of the trainers, by job. */
  readonly records: KV;
  /** Models and checkpoints of jobs that train. */
  readonly objects: ObjectStore;
  /** The queue, from which trainers take jobs. */
  openQueue(): Promise<Consumer>;
}

/** A trainer must say in this time that it still trains a job; otherwise the job is given to another one. */
export const leaseMs = 5_000;
/** An answer that is later is lost, e.g. because NATS was started again. */
const answerMs = 2_500;
/** The reports that a server has not read yet; when there are more, trainers wait. */
const maxReportBytes = 1024 ** 3;
/** In this time, NATS recognizes a report that is sent again. */
const duplicateWindowMs = 10 * 60_000;
const nanosecondsPerMs = 1e6;

// Error codes of JetStream.
const missingConsumerCode = 10014;
const missingStreamCode = 10059;
const conflictCode = 10071;

export interface ClusterAccess {
  /** Whether to create what is missing: the server does, and trainers wait for it. */
  readonly mayCreate: boolean;
}

/** Opens the streams and buckets. Throws NatsUnavailableError. */
export async function openCluster(
  connection: NatsConnection,
  { mayCreate }: ClusterAccess,
): Promise<Cluster> {
  const { jetstream, jetstreamManager, StorageType } = await import('@nats-io/jetstream');
  const { Kvm } = await import('@nats-io/kv');
  const { Objm } = await import('@nats-io/obj');
  try {
    const manager = await jetstreamManager(connection, { timeout: answerMs });
    const { streams, direct: messages } = manager;
    const jetStream = jetstream(connection, { timeout: answerMs });
    if (mayCreate) await createQueue(manager);
    else await findAll(manager);
    const records = await new Kvm(jetStream).create(recordBucket, { history: 1 });
    const objects = await new Objm(jetStream).create(artifactBucket, { storage: StorageType.File });
    const openQueue = async (): Promise<Consumer> =>
      await jetStream.consumers.get(jobsStream, trainersConsumer);
    return { connection, jetStream, streams, messages, records, objects, openQueue };
  } catch (error) {
    throw new NatsUnavailableError(describeFailure(error), { cause: error });
  }
}

/** Throws if anything is missing that the server creates. */
async function findAll({ streams, consumers }: JetStreamManager): Promise<void> {
  for (const name of [jobsStream, reportsStream, `KV_${recordBucket}`, `OBJ_${artifactBucket}`])
    await streams.info(name);
  await consumers.info(jobsStream, trainersConsumer);
}

async function createQueue({ streams, consumers }: JetStreamManager): Promise<void> {
  const { AckPolicy, DiscardPolicy, RetentionPolicy } = await import('@nats-io/jetstream');
  await createStream(streams, {
    name: jobsStream,
    subjects: [allJobsSubject],
    retention: RetentionPolicy.Workqueue,
    // A job that is put into the queue twice is in it once.
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: 1,
  });
  await createStream(streams, {
    name: reportsStream,
    subjects: [allReportsSubject],
    discard: DiscardPolicy.New,
    max_bytes: maxReportBytes,
    duplicate_window: duplicateWindowMs * nanosecondsPerMs,
  });
  await consumers.add(jobsStream, {
    durable_name: trainersConsumer,
    ack_policy: AckPolicy.Explicit,
    ack_wait: leaseMs * nanosecondsPerMs,
    max_ack_pending: -1,
  });
}

function describeFailure(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const code = readErrorCode(error);
  if (code === missingStreamCode || code === missingConsumerCode)
    return `NATS has no queue of jobs (${reason}); start the server first, a3c serve --nats, which creates it`;
  if (/permissions violation/i.test(reason))
    return `NATS refuses this user (${reason}); docs/scale-out.md says what each user must be allowed`;
  return `NATS does not offer JetStream (${reason}); start nats-server with the option -js`;
}

/** Creates a stream if it is missing. One that exists keeps its settings: whoever runs NATS may have chosen others. */
async function createStream(
  streams: JetStreamManager['streams'],
  settings: Partial<StreamConfig> & { readonly name: string },
): Promise<void> {
  try {
    await streams.info(settings.name);
  } catch (error) {
    if (readErrorCode(error) !== missingStreamCode) throw error;
    await streams.add(settings);
  }
}

/** The code of an answer of JetStream; null for any other error. */
export function readErrorCode(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
}

/** Whether a record or a report was refused because another program has written since. */
export function isConflict(error: unknown): boolean {
  return readErrorCode(error) === conflictCode;
}
