// A job that this trainer trains: starts its master, stores its models and checkpoints, reports what it says, and ends
// it as soon as another program has the claim.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { JsMsg } from '@nats-io/jetstream';
import type { Logger } from 'pino';
import type { ArtifactName } from '../../shared/artifacts/artifact-store.ts';
import { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import type { EnvironmentOrigin } from '../../shared/environments/environment-origin.ts';
import { evictMasters } from '../../shared/job-directory/claim-job-directory.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { MasterMessage } from '../../shared/protocol/messages.ts';
import { ClaimLostError, type ClaimedJob } from '../cluster/claimed-job.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { packFiles, unpackFiles } from '../cluster/pack-files.ts';
import { readObject } from '../cluster/read-object.ts';
import { removeObject } from '../cluster/remove-object.ts';
import type { JobOrder, ReadOrder, ReportEntry } from '../cluster/records.ts';
import type { ReportWriter } from '../cluster/report-writer.ts';
import type { Master, MasterExit, MasterStopReason } from '../masters/master-host.ts';
import { isStorageFailure } from './storage-failures.ts';
import { ReportQueue } from './report-queue.ts';

const stopDeadlineMs = { cancelled: 900, paused: 30_000, shutdown: 5_000 };
const exitDeadlineMs = 2_000;
/** Pause before something is tried again that NATS did not take: doubled each time, up to the second number. */
const retryMs = { first: 250, longest: 5_000 };
/** Stored versions of a model or checkpoint. */
const keptVersions = 2;
/** A job whose master crashed waits so long before any trainer takes it again. */
const crashPauseMs = 500;

export interface TrainedJobOptions {
  readonly cluster: Cluster;
  readonly claim: ClaimedJob;
  readonly reports: ReportWriter;
  readonly order: JobOrder;
  /** The job's message in the queue. */
  readonly message: JsMsg;
  readonly master: Master;
  readonly directory: string;
  readonly environmentOrigin: EnvironmentOrigin | null;
  readonly log: Logger;
}

export class TrainedJob {
  readonly jobId: JobId;
  readonly epoch: number;
  readonly spec: JobSpec;
  /** Resolves when the master is gone and its end is reported; never rejects. */
  readonly ended: Promise<void>;
  readonly #options: TrainedJobOptions;
  readonly #artifacts: DirectoryArtifactStore;
  readonly #noMore = new AbortController();
  readonly #queue = new ReportQueue(this.#noMore.signal);
  /** Aborted when another program has the job. */
  readonly #lost = new AbortController();
  #message: JsMsg;
  #order: JobOrder;
  /** Revision of the newest order that was followed. */
  #revision = 0;
  #hasOutcome = false;

  constructor(options: TrainedJobOptions) {
    const { claim, order, directory } = options;
    this.#options = options;
    this.#order = order;
    this.#message = options.message;
    this.jobId = jobIdSchema.parse(claim.jobId);
    this.epoch = claim.claim.epoch;
    this.spec = order.spec;
    this.#artifacts = new DirectoryArtifactStore(() => directory);
    this.ended = this.#train();
  }

  /** Whether the master has ended, or is about to. */
  get isEnding(): boolean {
    return this.#hasOutcome || this.#noMore.signal.aborted;
  }

  /** Says that this trainer still has the job, and finds out whether that is so. */
  async keep(): Promise<void> {
    this.#message.working();
    try {
      await this.#options.claim.verify();
    } catch (error) {
      if (error instanceof ClaimLostError) this.#lose(error);
    }
  }

  /** Takes the job's message in the queue again, which came once more because NATS did not hear of this trainer. */
  adopt(message: JsMsg): void {
    this.#message = message;
    message.working();
  }

  /** Does what the server wants, unless a newer order is known. */
  follow({ order, revision }: ReadOrder): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    const { master } = this.#options;
    const before = this.#order;
    this.#order = order ?? { ...before, wanted: 'cancel' };
    const { wanted, spec } = this.#order;
    if (wanted !== 'train') {
      if (wanted !== before.wanted) this.#stopMaster(stopReasons[wanted]);
    } else if (!isDeepStrictEqual(spec, before.spec)) master.change(spec);
  }

  /** Gives the job back, after a last checkpoint. */
  async release(): Promise<void> {
    this.#stopMaster('shutdown');
    await this.ended;
  }

  #stopMaster(reason: MasterStopReason): void {
    void this.#options.master.stop(reason, stopDeadlineMs[reason]);
  }

  async #train(): Promise<void> {
    const { master, directory, log } = this.#options;
    try {
      await this.#report([{ type: 'claimed' }]);
      await this.#download();
      this.#start();
      const exit = await this.#reportAll();
      await this.#conclude(exit);
    } catch (error) {
      if (error instanceof ClaimLostError) this.#lose(error);
      else {
        log.error({ err: error }, 'job cannot be trained here, and goes back to the queue');
        this.#message.nak(retryMs.longest);
      }
    } finally {
      this.#noMore.abort();
      master.kill();
      await master.exited;
      await rm(directory, { recursive: true, force: true }).catch((error: unknown) => {
        log.warn({ err: error }, 'files of the job could not be removed');
      });
    }
  }

  #lose(error: ClaimLostError): void {
    if (this.#lost.signal.aborted) return;
    this.#options.log.warn(
      { reason: error.message },
      'job is lost: its master is ended, and nothing of it is stored',
    );
    this.#lost.abort(error);
    this.#noMore.abort();
    this.#options.master.kill();
  }

  /** Brings the checkpoint, and the weights to start from, to this machine. */
  async #download(): Promise<void> {
    const { cluster, claim, directory } = this.#options;
    await evictMasters(directory);
    await rm(directory, { recursive: true, force: true });
    for (const name of ['start', 'checkpoint'] as const) {
      const files = await this.#retry(
        async () => await fetchNewest(cluster, claim.claim.artifacts[name] ?? []),
      );
      if (files !== null) await this.#artifacts.write({ jobId: this.jobId, name }, files);
    }
  }

  #start(): void {
    const { master, environmentOrigin, log } = this.#options;
    const { spec } = this.#order;
    const assignment = {
      jobId: this.jobId,
      attempt: this.epoch,
      spec,
      environmentOrigin,
      logLevel: log.level,
    };
    void master.start(assignment, (message) => {
      this.#queue.add(message);
    });
    const { wanted } = this.#order;
    if (wanted !== 'train') this.#stopMaster(stopReasons[wanted]);
    void master.exited.then(() => {
      this.#noMore.abort();
    });
  }

  /** Reports the master's messages until its outcome, or until it is gone; then returns how it ended. */
  async #reportAll(): Promise<MasterExit | null> {
    for (;;) {
      const messages = await this.#queue.take();
      this.#lost.signal.throwIfAborted();
      if (messages.length === 0) return await this.#options.master.exited;
      const entries: ReportEntry[] = [];
      for (const message of messages) {
        if (message.type === 'failed' || message.type === 'finished') {
          this.#hasOutcome = true;
          await this.#reportOutcome(message, entries);
          void this.#options.master.exitWithin(exitDeadlineMs);
          return null;
        }
        const entry = await this.#createEntry(message);
        if (entry !== null) entries.push(entry);
      }
      await this.#report(entries);
    }
  }

  /** Stores the model or checkpoint that a message speaks of; null if it cannot be read. */
  async #createEntry(message: MasterMessage): Promise<ReportEntry | null> {
    if (message.type !== 'model' && message.type !== 'checkpoint')
      return { type: 'message', message, object: null };
    const object = await this.#store(message.type === 'model' ? message.model : 'checkpoint');
    return object === null ? null : { type: 'message', message, object };
  }

  /** Reports the outcome, after the `entries` that came before it. */
  async #reportOutcome(
    message: Extract<MasterMessage, { type: 'finished' | 'failed' }>,
    entries: readonly ReportEntry[],
  ): Promise<void> {
    const all: ReportEntry[] = [...entries, { type: 'message', message, object: null }];
    if (message.type === 'failed' && isStorageFailure(message.error.code)) {
      await this.#report(entries);
      await this.#crash(message.error.code, message.error.message);
    } else if (message.type === 'finished' && message.reason === 'shutdown') {
      // Another trainer goes on with it.
      await this.#report(all);
      this.#message.nak();
    } else await this.#end(all);
  }

  /** Reports a master that is gone without an outcome. */
  async #conclude(exit: MasterExit | null): Promise<void> {
    if (exit === null) return;
    const { code, signal } = exit;
    const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    await this.#crash('MASTER_DIED', `the master process ${how}`);
  }

  /** Lets the job be tried again, unless the server wants it to end anyway. */
  async #crash(code: string, message: string): Promise<void> {
    const entry: ReportEntry = { type: 'crashed', code, message };
    if (this.#order.wanted !== 'train') {
      await this.#end([entry]);
      return;
    }
    await this.#report([entry]);
    this.#message.nak(crashPauseMs);
  }

  /** Ends the round: first in the claim, so that nobody else can end it otherwise, and then in the reports. */
  async #end(entries: readonly ReportEntry[]): Promise<void> {
    const { claim, reports } = this.#options;
    const end = reports.compose(entries);
    await this.#retry(async () => {
      await claim.update({ end });
    });
    await this.#retry(async () => {
      await reports.write(end);
    });
    this.#message.ack();
  }

  async #report(entries: readonly ReportEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const report = this.#options.reports.compose(entries);
    await this.#retry(async () => {
      await this.#options.reports.write(report);
    });
  }

  /** Stores the newest version of a model or checkpoint; returns the object's name, or null if it cannot be read. */
  async #store(name: Extract<ArtifactName, 'best' | 'latest' | 'checkpoint'>): Promise<string | null> {
    const { cluster, claim, log } = this.#options;
    const artifact = await this.#artifacts.read({ jobId: this.jobId, name }).catch((error: unknown) => {
      log.error({ err: error, name }, 'what the master wrote cannot be read');
      return null;
    });
    if (artifact === null) return null;
    const bytes = await packFiles(artifact.files);
    const object = `${this.jobId}/${name}/${this.epoch}-${randomUUID()}`;
    await this.#retry(async () => {
      await cluster.objects.putBlob({ name: object }, bytes);
    });
    const versions = [object, ...(claim.claim.artifacts[name] ?? [])];
    await this.#retry(async () => {
      const artifacts = { ...claim.claim.artifacts, [name]: versions.slice(0, keptVersions) };
      await claim.update({ artifacts });
    });
    for (const old of versions.slice(keptVersions)) await removeObject(cluster, old).catch(() => undefined);
    return object;
  }

  /** Tries until NATS takes it, or another program has the job. */
  async #retry<Result>(work: () => Promise<Result>): Promise<Result> {
    const { signal } = this.#lost;
    for (let pauseMs = retryMs.first; ; pauseMs = Math.min(pauseMs * 2, retryMs.longest)) {
      if (signal.aborted) throw new ClaimLostError(`another program has claimed ${this.jobId}`);
      try {
        return await work();
      } catch (error) {
        if (error instanceof ClaimLostError) throw error;
        this.#options.log.warn({ err: error }, 'NATS did not take a change, which is tried again');
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

const stopReasons = { pause: 'paused', cancel: 'cancelled' } as const;

/** Reads the newest object that is there and undamaged; null if there is none. */
async function fetchNewest(
  cluster: Cluster,
  names: readonly string[],
): Promise<Map<string, Uint8Array> | null> {
  for (const name of names) {
    const bytes = await readObject(cluster, name);
    if (bytes === null) continue;
    return await unpackFiles(bytes);
  }
  return null;
}
