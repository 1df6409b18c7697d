// Report mirror: reads what trainers report, in order, and writes it into the ledger. A server that was away goes on
// with the first report that it has not read.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Logger } from 'pino';
import { IllegalTransitionError, isActive } from '../../shared/job/transition.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import type { Cluster } from '../../trainer/cluster/cluster.ts';
import { readJobId, reportsStream, reportSubject } from '../../trainer/cluster/names.ts';
import { DamagedObjectError } from '../../trainer/cluster/read-object.ts';
import { reportSchema, type Report, type ReportEntry } from '../../trainer/cluster/records.ts';
import type { JobLedger } from '../jobs/job-ledger.ts';
import { RunRecord } from '../jobs/run-record.ts';
import type { RunObserver } from '../jobs/run-observer.ts';
import type { JobRecord } from '../store/job-record.ts';
import type { StreamName } from '../store/position-store.ts';
import type { Store } from '../store/store.ts';
import { ArtifactCopies } from './artifact-copies.ts';

export interface ReportMirrorOptions {
  readonly cluster: Cluster;
  readonly store: Store;
  readonly ledger: JobLedger;
  /** Creates an observer for each run; absent: nobody observes. */
  readonly observe?: ((job: JobRecord) => RunObserver) | undefined;
  /** Called after a report has changed a job's state. */
  readonly onMove: (id: JobId) => void;
  /** Called when a run has ended. */
  readonly onEnd: (id: JobId) => void;
  readonly log: Logger;
}

const retryMs = 1_000;
const expiryMs = 2_000;
/** Time between two removals of reports that were read. */
const cleanMs = 2_000;

export class ReportMirror {
  readonly #options: ReportMirrorOptions;
  readonly #runs = new Map<JobId, RunRecord>();
  readonly #copies: ArtifactCopies;
  readonly #stop = new AbortController();
  /** Places of the last report that was read, of jobs with reports that can be removed. */
  readonly #read = new Map<JobId, number>();
  #following: Promise<void> = Promise.resolve();
  #messages: ConsumerMessages | null = null;
  #refusedReports = 0;

  constructor(options: ReportMirrorOptions) {
    this.#options = options;
    this.#copies = new ArtifactCopies(options.cluster, options.store);
  }

  /** Number of reports that were refused, because their writer had lost its job or they could not be read. */
  get refusedReports(): number {
    return this.#refusedReports;
  }

  /** Reads all reports that are there, and from then on every new one. */
  async start(): Promise<void> {
    const { streams } = this.#options.cluster;
    const { state } = await streams.info(reportsStream);
    await new Promise<void>((resolve) => {
      this.#following = this.#follow(state.last_seq, resolve);
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#messages?.stop();
    await this.#following;
    for (const run of this.#runs.values()) run.end();
  }

  async #follow(target: number, onCaughtUp: () => void): Promise<void> {
    const { signal } = this.#stop;
    const cleaner = setInterval(() => void this.#clean(), cleanMs);
    while (!signal.aborted) {
      try {
        await this.#readStream(target, onCaughtUp);
      } catch (error) {
        this.#options.log.warn({ err: error }, 'reports of trainers cannot be read, which is tried again');
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
    clearInterval(cleaner);
    onCaughtUp();
  }

  async #readStream(target: number, onCaughtUp: () => void): Promise<void> {
    const { cluster, store } = this.#options;
    const { created: createdAt } = await cluster.streams.info(reportsStream);
    const name = { stream: reportsStream, createdAt };
    const position = store.positions.read(name);
    if (position >= target) onCaughtUp();
    const consumer = await cluster.jetStream.consumers.get(reportsStream, { opt_start_seq: position + 1 });
    // NATS beats twice in this time. After two beats without any, e.g. because it was started again, reading begins anew.
    const messages = await consumer.consume({ expires: expiryMs });
    this.#messages = messages;
    try {
      for await (const message of messages) {
        if (this.#stop.signal.aborted) return;
        await this.#apply(message, name);
        if (message.seq >= target) onCaughtUp();
      }
    } finally {
      messages.stop();
    }
  }

  /** Writes a report. Throws if the data directory cannot be written, and then it is read again. */
  async #apply(message: JsMsg, name: StreamName): Promise<void> {
    const { store, log } = this.#options;
    const id = jobIdSchema.safeParse(readJobId(message.subject));
    const report = reportSchema.safeParse(parseJson(message));
    if (!id.success || !report.success) {
      log.error({ subject: message.subject }, 'a report cannot be read, and is passed over');
      this.#refusedReports += 1;
      store.quickTransaction(() => {
        store.positions.write(name, message.seq);
      });
      await this.#options.cluster.streams.deleteMessage(reportsStream, message.seq).catch(() => undefined);
      return;
    }
    await this.#copyArtifacts(id.data, report.data);
    const write = (): void => {
      this.#write(id.data, report.data);
      store.positions.write(name, message.seq);
    };
    if (report.data.entries.every(isProgress)) store.quickTransaction(write);
    else store.transaction(write);
    this.#read.set(id.data, message.seq);
  }

  #write(id: JobId, report: Report): void {
    const { log } = this.#options;
    for (const entry of report.entries) {
      try {
        this.#writeEntry(id, report, entry);
      } catch (error) {
        // The job was moved meanwhile in a way that this report does not know of.
        if (!(error instanceof IllegalTransitionError)) throw error;
        log.warn({ jobId: id, err: error, type: entry.type }, 'a report does not fit the state of its job');
      }
    }
  }

  #writeEntry(id: JobId, report: Report, entry: ReportEntry): void {
    const { store, ledger, onMove } = this.#options;
    const job = store.jobs.find(id);
    const isStale = job === null || report.epoch < job.attempt;
    if (isStale) {
      this.#refusedReports += 1;
      return;
    }
    switch (entry.type) {
      case 'claimed':
        this.#begin(job, report);
        break;
      case 'message':
        if (!this.#requireRun(job, report)?.write(entry.message)) return;
        this.#end(id);
        break;
      case 'crashed':
        if (!isActive(job.state)) return;
        if (job.state === 'running') this.#requireRun(job, report)?.tryAgain(entry);
        else ledger.move(id, 'interrupt');
        this.#end(id);
        break;
      case 'released':
        if (isActive(job.state)) ledger.move(id, 'interrupt', { reason: entry.reason });
        this.#end(id);
        break;
    }
    onMove(id);
  }

  /** A trainer has the job: whoever had it before has lost it. */
  #begin({ id, state }: JobRecord, { epoch, trainer }: Report): void {
    const { ledger, log } = this.#options;
    if (isActive(state)) {
      ledger.move(id, 'interrupt', { reason: 'its trainer is gone' });
      this.#end(id);
    }
    // It was paused or cancelled meanwhile, and its order says so.
    if (ledger.require(id).state !== 'queued') return;
    ledger.move(id, 'start', { attempt: epoch });
    ledger.recordLog(id, 'info', `trainer ${trainer} has the job`);
    log.info({ jobId: id, attempt: epoch, trainer }, 'job is trained');
  }

  /** The record of the run that a report belongs to; null if the run is over. */
  #requireRun(job: JobRecord, { epoch }: Report): RunRecord | null {
    const { ledger, observe, log } = this.#options;
    if (!isActive(job.state) || epoch !== job.attempt) {
      this.#refusedReports += 1;
      return null;
    }
    const known = this.#runs.get(job.id);
    if (known) return known;
    const run = new RunRecord({
      jobId: job.id,
      ledger,
      observer: observe?.(job),
      log: log.child({ jobId: job.id }),
    });
    this.#runs.set(job.id, run);
    return run;
  }

  #end(id: JobId): void {
    this.#runs.get(id)?.end();
    this.#runs.delete(id);
    this.#copies.forget(id);
    this.#options.onEnd(id);
  }

  /** Copies the models and checkpoints that a report speaks of into the data directory. */
  async #copyArtifacts(id: JobId, report: Report): Promise<void> {
    const { store, log } = this.#options;
    const job = store.jobs.find(id);
    if (job === null || report.epoch < job.attempt) return;
    for (const entry of report.entries) {
      if (entry.type !== 'message' || entry.object === null) continue;
      const { message, object } = entry;
      if (message.type !== 'model' && message.type !== 'checkpoint') continue;
      try {
        await this.#copies.copy({
          id,
          name: message.type === 'model' ? message.model : 'checkpoint',
          object,
        });
      } catch (error) {
        if (!(error instanceof DamagedObjectError)) throw error;
        log.error({ jobId: id, err: error }, 'a stored model or checkpoint is damaged');
      }
    }
  }

  /** Removes reports that were read, up to the last one of each job: the next one must follow it. */
  async #clean(): Promise<void> {
    const read = [...this.#read];
    this.#read.clear();
    for (const [id, seq] of read) {
      await this.#options.cluster.streams
        .purge(reportsStream, { filter: reportSubject(id), seq })
        .catch(() => undefined);
    }
  }
}

function parseJson(message: JsMsg): unknown {
  try {
    return message.json();
  } catch {
    return null;
  }
}

function isProgress(entry: ReportEntry): boolean {
  return entry.type === 'message' && entry.message.type !== 'finished' && entry.message.type !== 'failed';
}
