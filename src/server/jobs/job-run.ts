// Run of one job by one master of this server: records the master's messages, and decides the job's next state when the
// master ends.
import type { Logger } from 'pino';
import type { EnvironmentOrigin } from '../../shared/environments/environment-origin.ts';
import { describeStack, type ErrorRecord } from '../../shared/errors/error-record.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { MasterMessage } from '../../shared/protocol/messages.ts';
import { isStorageFailure } from '../../trainer/jobs/storage-failures.ts';
import type { Master, MasterExit } from '../../trainer/masters/master-host.ts';
import type { JobRecord } from '../store/job-record.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import type { JobLedger } from './job-ledger.ts';
import type { RunObserver } from './run-observer.ts';
import { RunRecord } from './run-record.ts';

/** A job must be cancelled within a second, including the time to kill its master. */
const cancelDeadlineMs = 900;
/** Pausing and shutting down include the time to write a last checkpoint. */
const pauseDeadlineMs = 5_000;
const shutdownDeadlineMs = 5_000;
const exitDeadlineMs = 2_000;

export interface JobRunOptions {
  readonly job: JobRecord;
  /** A master without a job. */
  readonly master: Master;
  readonly environmentOrigin: EnvironmentOrigin | null;
  readonly ledger: JobLedger;
  readonly storage: Pick<StorageWatch, 'recheck'>;
  readonly observer?: RunObserver;
  readonly log: Logger;
}

export class JobRun {
  readonly jobId: JobId;
  readonly spec: JobSpec;
  /** Resolves when the master is gone and the job's state has been updated; never rejects. */
  readonly ended: Promise<void>;
  readonly #options: JobRunOptions;
  readonly #record: RunRecord;
  #hasOutcome = false;
  #isShuttingDown = false;
  /** Pending check of the storage after a failure, which may take longer than the master's exit. */
  #verdict: Promise<void> = Promise.resolve();

  /** The job must already be running. */
  constructor(options: JobRunOptions) {
    const { job, master, environmentOrigin, ledger, observer, log } = options;
    this.#options = options;
    this.#record = new RunRecord({ jobId: job.id, ledger, observer, log });
    this.jobId = job.id;
    this.spec = job.spec;
    const { id: jobId, attempt, spec } = job;
    void master.start({ jobId, attempt, spec, environmentOrigin, logLevel: log.level }, (message) => {
      this.#apply(message);
    });
    this.ended = master.exited.then(async (exit) => {
      await this.#verdict;
      this.#settle(exit);
      this.#record.end();
    });
  }

  /** Gives the master the job's spec with its changes. */
  change(spec: JobSpec): void {
    this.#options.master.change(spec);
  }

  async cancel(): Promise<void> {
    await this.#options.master.stop('cancelled', cancelDeadlineMs);
  }

  async pause(): Promise<void> {
    await this.#options.master.stop('paused', pauseDeadlineMs);
  }

  /**
   * Stops the master because nothing can be stored. The job is paused now or, if that cannot be recorded either, later.
   */
  async hold(reason: string): Promise<void> {
    this.#record.holdReason = reason;
    this.#attempt('hold', () => {
      this.#options.ledger.hold(this.jobId, { reason, hasMaster: true });
    });
    await this.#options.master.stop('paused', pauseDeadlineMs);
  }

  async shutDown(): Promise<void> {
    this.#isShuttingDown = true;
    await this.#options.master.stop('shutdown', shutdownDeadlineMs);
    await this.ended;
  }

  /** Records a message. If it cannot be recorded, kills the master: otherwise more reports would be lost. */
  #apply(message: MasterMessage): void {
    if (this.#hasOutcome) return;
    try {
      this.#write(message);
    } catch (error) {
      this.#options.log.error({ err: error, type: message.type }, 'report could not be recorded');
      // If the disk is the cause, the job is held before its master's end is recorded, not queued again.
      this.#verdict = this.#findCause();
      this.#options.master.kill();
    }
  }

  #write(message: MasterMessage): void {
    if (message.type === 'failed' && isStorageFailure(message.error.code))
      this.#verdict = this.#judgeStorage(message.error);
    else if (!this.#record.write(message)) return;
    this.#hasOutcome = true;
    void this.#options.master.exitWithin(exitDeadlineMs);
  }

  /**
   * Decides after a master could not read or write. If the disk is the cause, the job waits for it; otherwise it is
   * tried again.
   */
  async #judgeStorage(error: ErrorRecord): Promise<void> {
    const { storage, ledger, log } = this.#options;
    log.error({ code: error.code, stack: describeStack(error) }, 'master could not write');
    const problem = await storage.recheck();
    this.#attempt('end', () => {
      const { message, code } = error;
      if (problem === null) this.#record.tryAgain({ message, code: code ?? 'TRAINING_FAILED' });
      else ledger.hold(this.jobId, { reason: problem, hasMaster: false });
    });
  }

  /** Holds the job if the disk is why a report could not be recorded. */
  async #findCause(): Promise<void> {
    const problem = await this.#options.storage.recheck();
    if (problem !== null) this.#record.holdReason = problem;
  }

  /** Runs `work`. If the ledger cannot be written, logs that and continues. */
  #attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.log.error({ err: error, what }, 'a change of the job could not be recorded');
    }
  }

  /**
   * Handles the master's exit. If the master did not report an end, the job goes back to the queue, or fails after too
   * many crashes.
   */
  #settle(exit: MasterExit): void {
    if (this.#hasOutcome) return;
    this.#hasOutcome = true;
    this.#attempt('end', () => {
      this.#interrupt(exit);
    });
  }

  #interrupt({ code, signal }: MasterExit): void {
    const { ledger, log } = this.#options;
    const job = ledger.require(this.jobId);
    const { holdReason } = this.#record;
    // A hold that could not be recorded, as nothing could be stored, is recorded now.
    if (holdReason !== null && job.state === 'running') {
      ledger.hold(this.jobId, { reason: holdReason, hasMaster: false });
      return;
    }
    // The master was told to stop, so its exit code does not matter.
    if (this.#isShuttingDown || job.state === 'cancelling' || job.state === 'pausing') {
      const reason = this.#isShuttingDown ? 'the server stopped' : holdReason;
      ledger.move(this.jobId, 'interrupt', reason === null ? {} : { reason });
      return;
    }
    log.error({ code, signal }, 'master exited unexpectedly');
    const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    this.#record.tryAgain({ code: 'MASTER_DIED', message: `the master process ${how}` });
  }
}
