// Run of one job by one master: records the master's messages in the ledger and decides the job's next state when the
// master ends.
import type { Logger } from 'pino';
import type { JobEvent } from '../../shared/api/job-event.ts';
import { assertNever } from '../../shared/errors/assert-never.ts';
import { describeStack } from '../../shared/errors/error-record.ts';
import { describeEnd } from '../../shared/job/describe-end.ts';
import type { JobId, StopLimit, TrainingFigures } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { LifecycleEvent } from '../../shared/job/transition.ts';
import type { ErrorRecord } from '../../shared/errors/error-record.ts';
import {
  isStopLimit,
  type EpisodeRecord,
  type MasterMessage,
  type StopReason,
} from '../../shared/protocol/messages.ts';
import type { JobError, JobRecord } from '../store/job-record.ts';
import { CurveSampler } from '../../shared/measures/curve-sampler.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import type { JobLedger, MoveDetails } from './job-ledger.ts';
import type { Master, MasterExit } from '../../trainer/masters/master-host.ts';
import { noObserver, type RunObserver } from './run-observer.ts';

/** Codes of a master's errors that the disk may have caused. */
const storageFailures: ReadonlySet<string | null> = new Set([
  'CHECKPOINT_NOT_WRITTEN',
  'MODEL_NOT_WRITTEN',
  'JOB_DIRECTORY_UNAVAILABLE',
  'ARTIFACT_UNREADABLE',
]);
/** A job fails after this many crashes of its masters in a row. */
const maxMasterDeaths = 3;
/** Maximum number of episodes in a report that become events: fast jobs finish thousands a second. */
const maxEpisodeEvents = 10;
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
  readonly environmentModule: string | null;
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
  readonly #observer: RunObserver;
  readonly #sampler = new CurveSampler();
  #hasOutcome = false;
  #isShuttingDown = false;
  /** Why the job is held; null if it is not. */
  #holdReason: string | null = null;
  /** Pending decision about a storage failure, which may take longer than the master's exit. */
  #verdict: Promise<void> = Promise.resolve();

  /** The job must already be running. */
  constructor(options: JobRunOptions) {
    const { job, master, environmentModule, observer = noObserver, log } = options;
    this.#options = options;
    this.#observer = observer;
    this.jobId = job.id;
    this.spec = job.spec;
    const { id: jobId, attempt, spec } = job;
    void master.start({ jobId, attempt, spec, environmentModule, logLevel: log.level }, (message) => {
      this.#apply(message);
    });
    this.ended = master.exited.then(async (exit) => {
      await this.#verdict;
      this.#settle(exit);
      this.#observer.onEnd();
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
    this.#holdReason = reason;
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
      this.#record(message);
    } catch (error) {
      this.#options.log.error({ err: error, type: message.type }, 'report could not be recorded');
      this.#options.master.kill();
    }
  }

  #record(message: MasterMessage): void {
    const { ledger, log } = this.#options;
    switch (message.type) {
      case 'ready':
        return;
      case 'started':
        ledger.recordStart(this.jobId, message);
        this.#observer.onStart(message.resumedAtSteps);
        return;
      case 'checkpoint':
        ledger.recordCheckpoint(this.jobId, message.steps);
        return;
      case 'figures': {
        const { figures, curve, episodes } = message;
        const points = curve.filter(({ progress }) => this.#sampler.accepts(progress.elapsedSeconds));
        ledger.recordFigures(this.jobId, {
          figures,
          points,
          events: episodes.slice(-maxEpisodeEvents).map(toEvent),
        });
        this.#observer.onPoints(points);
        return;
      }
      case 'evaluation':
        ledger.recordEvaluation(this.jobId, message.evaluation, message.isBest);
        this.#observer.onEvaluation(message.evaluation);
        return;
      case 'model':
        ledger.recordModel(this.jobId, message.model, message.steps);
        return;
      case 'warning':
        ledger.recordWarning(this.jobId, message.warning);
        return;
      case 'log':
        log[message.level]({ masterMessage: message.message }, 'master logged');
        ledger.recordLog(this.jobId, message.level, message.message);
        return;
      case 'finished':
        ledger.recordEnd(this.jobId, message.figures, this.#describeEnd(message.reason, message.figures));
        this.#observer.onPoints([message.figures]);
        this.#conclude();
        return;
      case 'failed':
        if (storageFailures.has(message.error.code)) this.#verdict = this.#judgeStorage(message.error);
        else this.#fail(message.error);
        this.#conclude();
        return;
      default:
        assertNever(message);
    }
  }

  #describeEnd(
    reason: StopReason,
    figures: TrainingFigures,
  ): { event: LifecycleEvent; details: MoveDetails } {
    const { state, spec } = this.#options.ledger.require(this.jobId);
    if (isStopLimit(reason)) {
      const details = { reason: describeEnd(reason, spec.stop, figures), endedBy: reason };
      return { event: 'succeed', details };
    }
    // The master was paused, but the job's change to pausing could not be recorded.
    const isUnrecorded = reason === 'paused' && state === 'running';
    if (isUnrecorded) return { event: 'interrupt', details: { reason: this.#holdReason ?? reason } };
    return { event: finishEvents[reason], details: { reason } };
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
      if (problem === null) this.#tryAgain({ message, code: code ?? 'TRAINING_FAILED' });
      else ledger.hold(this.jobId, { reason: problem, hasMaster: false });
    });
  }

  /** Runs `work`. If the ledger cannot be written, logs that and continues. */
  #attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.log.error({ err: error, what }, 'a change of the job could not be recorded');
    }
  }

  #conclude(): void {
    this.#hasOutcome = true;
    void this.#options.master.exitWithin(exitDeadlineMs);
  }

  #fail(error: ErrorRecord): void {
    const { code, message, name } = error;
    const { ledger, log } = this.#options;
    const stack = describeStack(error);
    log.error({ code, name, stack }, 'job failed');
    // The author of an environment needs the place of its error. The ledger shortens the stack to that place.
    if (code === 'ENVIRONMENT_FAILED') ledger.recordLog(this.jobId, 'error', stack);
    if (ledger.require(this.jobId).state === 'cancelling') ledger.move(this.jobId, 'cancelled');
    else
      ledger.move(this.jobId, 'fail', {
        reason: message,
        error: { code: code ?? 'TRAINING_FAILED', message },
      });
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
    // The master was told to stop, so its exit code does not matter.
    const isWanted = job.state === 'cancelling' || job.state === 'pausing' || this.#holdReason !== null;
    if (this.#isShuttingDown || isWanted) {
      const reason = this.#isShuttingDown ? 'the server stopped' : this.#holdReason;
      ledger.move(this.jobId, 'interrupt', reason === null ? {} : { reason });
      return;
    }
    log.error({ code, signal }, 'master exited unexpectedly');
    const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    this.#tryAgain({ code: 'MASTER_DIED', message: `the master process ${how}` });
  }

  /** Puts the job back into the queue, unless it crashed too many times without progress. */
  #tryAgain({ code, message }: JobError): void {
    const { ledger } = this.#options;
    const masterDeaths = ledger.require(this.jobId).masterDeaths + 1;
    const reason = `${message} (${masterDeaths} of ${maxMasterDeaths})`;
    if (masterDeaths < maxMasterDeaths) ledger.move(this.jobId, 'interrupt', { reason, masterDeaths });
    else
      ledger.move(this.jobId, 'fail', {
        reason,
        masterDeaths,
        error: { code, message: reason },
      });
  }
}

const finishEvents: Record<Exclude<StopReason, StopLimit>, LifecycleEvent> = {
  cancelled: 'cancelled',
  paused: 'paused',
  shutdown: 'interrupt',
};

function toEvent(episode: EpisodeRecord): JobEvent {
  return { type: 'episode', data: episode };
}
