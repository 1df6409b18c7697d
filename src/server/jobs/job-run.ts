// One job on one master: applies what the master says to the ledger and decides what its end means.
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
import { CurveSampler } from './curve-sampler.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import type { JobLedger, MoveDetails } from './job-ledger.ts';
import type { Master, MasterExit } from './master-host.ts';

/** What a master ends with when the disk did not take or give what it had to. */
const storageFailures: ReadonlySet<string | null> = new Set([
  'CHECKPOINT_NOT_WRITTEN',
  'MODEL_NOT_WRITTEN',
  'JOB_DIRECTORY_UNAVAILABLE',
  'ARTIFACT_UNREADABLE',
]);
/** A job fails when this many of its masters died one after the other. */
const maxMasterDeaths = 3;
/** Of a report, at most so many episodes become events: fast jobs finish thousands a second. */
const maxEpisodeEvents = 10;
/** Cancelling must be over within a second, killing included. */
const cancelDeadlineMs = 900;
/** Pausing and shutting down include a last checkpoint. */
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
  readonly log: Logger;
}

export class JobRun {
  readonly jobId: JobId;
  readonly spec: JobSpec;
  /** Resolves when the master is gone and the job's state says so; never rejects. */
  readonly ended: Promise<void>;
  readonly #options: JobRunOptions;
  readonly #sampler = new CurveSampler();
  #hasOutcome = false;
  #isShuttingDown = false;
  /** Why the job is held, as long as that lasts. */
  #holdReason: string | null = null;
  /** What it takes longer to find out than the master takes to end. */
  #verdict: Promise<void> = Promise.resolve();

  /** The job must be running already. */
  constructor(options: JobRunOptions) {
    const { job, master, environmentModule, log } = options;
    this.#options = options;
    this.jobId = job.id;
    this.spec = job.spec;
    const { id: jobId, attempt, spec } = job;
    void master.start({ jobId, attempt, spec, environmentModule, logLevel: log.level }, (message) => {
      this.#apply(message);
    });
    this.ended = master.exited.then(async (exit) => {
      await this.#verdict;
      this.#settle(exit);
    });
  }

  async cancel(): Promise<void> {
    await this.#options.master.stop('cancelled', cancelDeadlineMs);
  }

  async pause(): Promise<void> {
    await this.#options.master.stop('paused', pauseDeadlineMs);
  }

  /** Ends the master because nothing can be stored. The job is paused, if not even that can be recorded it is later. */
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

  /** A report that cannot be stored ends the run: going on would lose more of them. */
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
        ledger.recordStart(this.jobId, message.resumedAtSteps);
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
        return;
      }
      case 'evaluation':
        ledger.recordEvaluation(this.jobId, message.evaluation, message.isBest);
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
    // Paused, but not even that the job was to be paused could be recorded.
    const isUnrecorded = reason === 'paused' && state === 'running';
    if (isUnrecorded) return { event: 'interrupt', details: { reason: this.#holdReason ?? reason } };
    return { event: finishEvents[reason], details: { reason } };
  }

  /** The master could not write. Where the disk is to blame the job waits for it; else it is tried again. */
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

  /** A ledger that takes nothing is no reason to stop working. */
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
    // An environment is the user's own code, and where it failed is for who wrote it; the ledger keeps that of the stack.
    if (code === 'ENVIRONMENT_FAILED') ledger.recordLog(this.jobId, 'error', stack);
    if (ledger.require(this.jobId).state === 'cancelling') ledger.move(this.jobId, 'cancelled');
    else
      ledger.move(this.jobId, 'fail', {
        reason: message,
        error: { code: code ?? 'TRAINING_FAILED', message },
      });
  }

  /** The master is gone. Unless it said how it ended, its job goes back to the queue or, in the end, fails. */
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
    // Whoever wanted the master to end need not care how it did: one that was still starting just exits.
    const isWanted = job.state === 'cancelling' || job.state === 'pausing' || this.#holdReason !== null;
    if (this.#isShuttingDown || isWanted) {
      const reason = this.#isShuttingDown ? 'the server stopped' : this.#holdReason;
      ledger.move(this.jobId, 'interrupt', reason === null ? {} : { reason });
      return;
    }
    log.error({ code, signal }, 'master died');
    const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    this.#tryAgain({ code: 'MASTER_DIED', message: `the master process ${how}` });
  }

  /** Back into the queue, unless the job has got nowhere several times. */
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
