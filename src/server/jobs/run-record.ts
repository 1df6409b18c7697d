// Record of one run of a job: writes what its master says into the ledger, and decides the job's next state when the
// master ends.
import type { Logger } from 'pino';
import type { JobEvent } from '../../shared/api/job-event.ts';
import { assertNever } from '../../shared/errors/assert-never.ts';
import { describeStack, type ErrorRecord } from '../../shared/errors/error-record.ts';
import { describeEnd } from '../../shared/job/describe-end.ts';
import type { JobId, StopLimit, TrainingFigures } from '../../shared/job/job.ts';
import type { LifecycleEvent } from '../../shared/job/transition.ts';
import { CurveSampler } from '../../shared/measures/curve-sampler.ts';
import {
  isStopLimit,
  type EpisodeRecord,
  type MasterMessage,
  type StopReason,
} from '../../shared/protocol/messages.ts';
import type { JobError } from '../store/job-record.ts';
import type { JobLedger, MoveDetails } from './job-ledger.ts';
import { noObserver, type RunObserver } from './run-observer.ts';

/** A job fails after this many crashes of its masters in a row. */
const maxMasterDeaths = 3;
/** Maximum number of episodes in a report that become events: fast jobs finish thousands a second. */
const maxEpisodeEvents = 10;

export interface RunRecordOptions {
  readonly jobId: JobId;
  readonly ledger: JobLedger;
  readonly observer?: RunObserver | undefined;
  readonly log: Logger;
}

export class RunRecord {
  readonly jobId: JobId;
  /** Why the job is held; null if it is not. */
  holdReason: string | null = null;
  readonly #ledger: JobLedger;
  readonly #observer: RunObserver;
  readonly #log: Logger;
  readonly #sampler = new CurveSampler();

  /** The job must already be running. */
  constructor({ jobId, ledger, observer = noObserver, log }: RunRecordOptions) {
    this.jobId = jobId;
    this.#ledger = ledger;
    this.#observer = observer;
    this.#log = log;
  }

  /** Records a message; returns whether it is the outcome of the run. Throws if the ledger cannot be written. */
  write(message: MasterMessage): boolean {
    if (message.type === 'ready') return false;
    if (message.type === 'finished') {
      const { reason, figures } = message;
      this.#ledger.recordEnd(this.jobId, figures, this.#describeEnd(reason, figures));
      this.#observer.onPoints([figures]);
      return true;
    }
    if (message.type === 'failed') {
      this.#fail(message.error);
      return true;
    }
    this.#writeProgress(message);
    return false;
  }

  /** Puts the job back into the queue, unless it crashed too many times without progress. */
  tryAgain({ code, message }: JobError): void {
    const masterDeaths = this.#ledger.require(this.jobId).masterDeaths + 1;
    const reason = `${message} (${masterDeaths} of ${maxMasterDeaths})`;
    if (masterDeaths < maxMasterDeaths) this.#ledger.move(this.jobId, 'interrupt', { reason, masterDeaths });
    else
      this.#ledger.move(this.jobId, 'fail', {
        reason,
        masterDeaths,
        error: { code, message: reason },
      });
  }

  /** The master is gone. */
  end(): void {
    this.#observer.onEnd();
  }

  #writeProgress(message: Exclude<MasterMessage, { type: 'ready' | 'finished' | 'failed' }>): void {
    const ledger = this.#ledger;
    switch (message.type) {
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
        const events = episodes.slice(-maxEpisodeEvents).map(toEvent);
        ledger.recordFigures(this.jobId, { figures, points, events });
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
        this.#log[message.level]({ masterMessage: message.message }, 'master logged');
        ledger.recordLog(this.jobId, message.level, message.message);
        return;
      default:
        assertNever(message);
    }
  }

  #describeEnd(
    reason: StopReason,
    figures: TrainingFigures,
  ): { event: LifecycleEvent; details: MoveDetails } {
    const { state, spec } = this.#ledger.require(this.jobId);
    if (isStopLimit(reason)) {
      const details = { reason: describeEnd(reason, spec.stop, figures), endedBy: reason };
      return { event: 'succeed', details };
    }
    // The master was paused, but the job's change to pausing could not be recorded.
    const isUnrecorded = reason === 'paused' && state === 'running';
    if (isUnrecorded) return { event: 'interrupt', details: { reason: this.holdReason ?? reason } };
    return { event: finishEvents[reason], details: { reason } };
  }

  #fail(error: ErrorRecord): void {
    const { code, message, name } = error;
    const ledger = this.#ledger;
    const stack = describeStack(error);
    this.#log.error({ code, name, stack }, 'job failed');
    // The author of an environment needs the place of its error. The ledger shortens the stack to that place.
    if (code === 'ENVIRONMENT_FAILED') ledger.recordLog(this.jobId, 'error', stack);
    if (ledger.require(this.jobId).state === 'cancelling') ledger.move(this.jobId, 'cancelled');
    else
      ledger.move(this.jobId, 'fail', {
        reason: message,
        error: { code: code ?? 'TRAINING_FAILED', message },
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
