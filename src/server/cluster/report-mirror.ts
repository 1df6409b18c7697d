// Report mirror: reads what trainers report, in order, and writes it into the ledger. A server that was away goes on
// with the first report that it has not read.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerMessages } from '@nats-io/jetstream';
import type { Logger } from 'pino';
import { IllegalTransitionError, isActive } from '../../shared/job/transition.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import type { Cluster } from '../../trainer/cluster/cluster.ts';
import { allReportsSubject, readJobId, reportsStream, reportSubject } from '../../trainer/cluster/names.ts';
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
/** A report that is there and was not read for so long is asked for. */
const leftOutMs = 5_000;

/** A report as NATS delivers it, or as it answers a question for it. */
interface StoredReport {
  readonly subject: string;
  readonly seq: number;
  json(): unknown;
}

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
    const watch = this.#watchForLeftOut(name, messages);
    try {
      for await (const message of messages) {
        if (this.#stop.signal.aborted) return;
        await this.#readLeftOut(name, message.seq);
        await this.#apply(message, name);
        if (message.seq >= target) onCaughtUp();
      }
    } finally {
      clearInterval(watch);
      messages.stop();
    }
  }

  /**
   * Reads the reports before place `before` that NATS has not delivered. This is rare, but the end of a job can be among
   * them.
   */
  async #readLeftOut(name: StreamName, before: number): Promise<void> {
    const { store, log } = this.#options;
    for (;;) {
      const position = store.positions.read(name);
      if (position + 1 >= before) return;
      const report = await this.#findAfter(position);
      if (report === null || report.seq >= before) return;
      log.warn({ subject: report.subject, seq: report.seq }, 'NATS left out a report, which is read now');
      await this.#apply(report, name);
    }
  }

  /** Ends the reading, so that it begins anew, when a report is there and does not come. */
  #watchForLeftOut(name: StreamName, messages: ConsumerMessages): NodeJS.Timeout {
    const { store, log } = this.#options;
    let before: number | null = null;
    const look = async (): Promise<void> => {
      const position = store.positions.read(name);
      const isWaiting = position === before && (await this.#findAfter(position)) !== null;
      before = position;
      if (!isWaiting || store.positions.read(name) !== position) return;
      log.warn({ position }, 'reports of trainers do not come, and are asked for anew');
      messages.stop();
    };
    return setInterval(() => {
      look().catch(() => undefined);
    }, leftOutMs);
  }

  /** The first report after a place in the stream; null if there is none. */
  async #findAfter(position: number): Promise<StoredReport | null> {
    const { streams } = this.#options.cluster;
    // NATS takes both since 2.9, of which the types of the client do not know.
    const question = { seq: position + 1, next_by_subj: allReportsSubject };
    return await streams.getMessage(reportsStream, question);
  }

  /** Writes a report. Throws if the data directory cannot be written, and then it is read again. */
  async #apply(message: StoredReport, name: StreamName): Promise<void> {
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
      // For NATS, "before place 1" means all.
      if (seq === 1) continue;
      await this.#options.cluster.streams
        .purge(reportsStream, { filter: reportSubject(id), seq })
        .catch(() => undefined);
    }
  }
}

function parseJson(message: StoredReport): unknown {
  try {
    return message.json();
  } catch {
    return null;
  }
}

function isProgress(entry: ReportEntry): boolean {
  return entry.type === 'message' && entry.message.type !== 'finished' && entry.message.type !== 'failed';
}
