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
const missingStreamCode = 10059;
const conflictCode = 10071;

/** Opens the streams and buckets, and creates those that are missing. Throws NatsUnavailableError. */
export async function openCluster(connection: NatsConnection): Promise<Cluster> {
  const { jetstream, jetstreamManager, AckPolicy, DiscardPolicy, RetentionPolicy, StorageType } =
    await import('@nats-io/jetstream');
  const { Kvm } = await import('@nats-io/kv');
  const { Objm } = await import('@nats-io/obj');
  try {
    const manager = await jetstreamManager(connection, { timeout: answerMs });
    const { streams } = manager;
    const jetStream = jetstream(connection, { timeout: answerMs });
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
    const records = await new Kvm(jetStream).create(recordBucket, { history: 1 });
    const objects = await new Objm(jetStream).create(artifactBucket, { storage: StorageType.File });
    await manager.consumers.add(jobsStream, {
      durable_name: trainersConsumer,
      ack_policy: AckPolicy.Explicit,
      ack_wait: leaseMs * nanosecondsPerMs,
      max_ack_pending: -1,
    });
    const openQueue = async (): Promise<Consumer> =>
      await jetStream.consumers.get(jobsStream, trainersConsumer);
    return { connection, jetStream, streams, messages: manager.direct, records, objects, openQueue };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NatsUnavailableError(
      `NATS does not offer JetStream (${reason}); start nats-server with the option -js`,
      { cause: error },
    );
  }
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
