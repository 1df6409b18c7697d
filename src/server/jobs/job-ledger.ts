// Job ledger: records what happens to jobs. Each entry is one transaction: columns, curves and events change together,
// and readers are told after it is written. Changes of state are promises to clients and wait for the disk. Reports of
// masters do not wait: they come tens of times a second, and the server could not answer requests meanwhile. If a crash
// of the machine loses them, they are measured again.
import type { EngineChoice } from '../../shared/engines/engine-choice.ts';
import type { JobEvent } from '../../shared/api/job-event.ts';
import { toCurvePoint } from '../../shared/api/learning-curve.ts';
import type {
  EvaluationResult,
  JobId,
  JobWarning,
  StopLimit,
  TrainingFigures,
} from '../../shared/job/job.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { listFieldChanges } from '../../shared/job/job-changes.ts';
import { measureFraction } from '../../shared/job/measure-fraction.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { isFinished, transition, type LifecycleEvent } from '../../shared/job/transition.ts';
import type { JobError, JobRecord } from '../store/job-record.ts';
import type { JobChanges } from '../store/job-store.ts';
import type { Store } from '../store/store.ts';
import { createClientText, type ClientText } from '../client-text.ts';
import type { EventBus } from './event-bus.ts';
import { JobNotFoundError } from './job-errors.ts';
import type { StateListener } from './state-listener.ts';

/** Number of changed settings that are kept with a job. */
const maxChanges = 100;

/** Details of a change of state. */
export interface MoveDetails {
  readonly reason?: string;
  /** The limit that ended a job that succeeded. */
  readonly endedBy?: StopLimit;
  readonly error?: JobError;
  readonly masterDeaths?: number;
  /** Number of the master that starts; default: the next one. */
  readonly attempt?: number;
  /** Whether the job resumes by itself as soon as the storage works again. */
  readonly isHeld?: boolean;
}

export interface FiguresReport {
  readonly figures: TrainingFigures;
  readonly events: readonly JobEvent[];
  /** Metrics that become points of the learning curve. */
  readonly points: readonly TrainingFigures[];
}

export interface LedgerOptions {
  readonly clientText?: ClientText;
  /** Is told of each change of state, in the same transaction. */
  readonly states?: StateListener | null;
}

export class JobLedger {
  readonly #store: Store;
  readonly #bus: EventBus;
  /** Filters reasons, errors and logs: they come from masters and user code and are shown to clients. */
  readonly #clientText: ClientText;
  readonly #states: StateListener | null;

  constructor(
    store: Store,
    bus: EventBus,
    { clientText = createClientText([]), states = null }: LedgerOptions = {},
  ) {
    this.#store = store;
    this.#bus = bus;
    this.#clientText = clientText;
    this.#states = states;
  }

  /** Finds a job; throws JobNotFoundError. */
  require(id: JobId): JobRecord {
    const job = this.#store.jobs.find(id);
    if (!job) throw new JobNotFoundError(id);
    return job;
  }

  /** Finds the queued job that has waited longest. */
  findNextQueued(): JobRecord | null {
    return this.#store.jobs.listOldest('queued', 1)[0] ?? null;
  }

  /** Records the state of a job that was just stored. Must be called inside a transaction. */
  recordPosted(id: JobId): void {
    const { state, stateReason: reason, attempt, createdAt } = this.require(id);
    this.#appendState(id, createdAt, { state, reason, attempt });
  }

  /** Applies `event` to the job; throws IllegalTransitionError if its state does not allow it. */
  move(id: JobId, event: LifecycleEvent, details: MoveDetails = {}): JobRecord {
    const { reason, error, masterDeaths } = details;
    return this.#write(id, () => {
      const job = this.require(id);
      const state = transition(job.state, event);
      const time = new Date().toISOString();
      const attempt = details.attempt ?? job.attempt + (event === 'start' ? 1 : 0);
      // A held job stays held, for the same reason, when its master has ended.
      const remainsHeld = job.isHeld && state === 'paused';
      const given = reason === undefined ? null : this.#clientText(reason);
      const stateReason = remainsHeld ? job.stateReason : given;
      const changes: JobChanges = {
        state,
        stateReason,
        endedBy: details.endedBy ?? null,
        attempt,
        ...(event === 'start' && { startedAt: job.startedAt ?? time }),
        finishedAt: isFinished(state) ? time : null,
        ...(event === 'resume' && { error: null, masterDeaths: 0 }),
        ...(error && { error: { ...error, message: this.#clientText(error.message) } }),
        ...(masterDeaths !== undefined && { masterDeaths }),
        isHeld: details.isHeld ?? remainsHeld,
      };
      this.#store.jobs.update(id, changes);
      this.#appendState(id, time, { state, reason: stateReason, attempt });
      // Waits for the disk: a finished job must never start again by itself.
      if (isFinished(state)) this.#store.settle();
      return this.require(id);
    });
  }

  /**
   * Records that a master has started the job, either resumed after `resumedAtSteps` steps or from the beginning.
   * Points recorded after that step will be measured again, and are removed.
   */
  recordStart(
    id: JobId,
    { resumedAtSteps, engine }: { readonly resumedAtSteps: number | null; readonly engine: EngineChoice },
  ): void {
    this.#write(id, () => {
      const { checkpointSteps } = this.require(id);
      // The new master repeats the warnings that still apply.
      this.#store.jobs.update(id, { warnings: [], engine });
      if (resumedAtSteps === null) {
        this.#store.jobs.update(id, { figures: null, checkpointSteps: null, checkpointTime: null });
      } else if (checkpointSteps !== null && resumedAtSteps < checkpointSteps) {
        // The newest checkpoint was damaged, and an older one was used.
        this.#store.jobs.update(id, { checkpointSteps: resumedAtSteps });
      }
      this.#store.curves.rewind(id, resumedAtSteps ?? -1);
    });
  }

  /** Records a stored checkpoint: the job makes progress, so its crashes are counted from zero. */
  recordCheckpoint(id: JobId, steps: number): void {
    this.#write(id, () => {
      const checkpointTime = new Date().toISOString();
      this.#store.jobs.update(id, { masterDeaths: 0, checkpointSteps: steps, checkpointTime });
    });
  }

  /** Replaces the spec of a job by one with other values in its changeable fields, and records each of them. */
  changeSpec(id: JobId, spec: JobSpec): JobRecord {
    return this.#write(id, () => {
      const { spec: before, figures, changes } = this.require(id);
      const changed = listFieldChanges(before, spec);
      if (changed.length === 0) return this.require(id);
      const time = new Date().toISOString();
      const steps = figures?.progress.steps ?? 0;
      const progress = figures && {
        ...figures.progress,
        fraction: measureFraction(spec.stop, figures.progress),
      };
      this.#store.jobs.update(id, {
        spec,
        name: spec.name,
        changes: [...changes, ...changed.map((change) => ({ time, steps, ...change }))].slice(-maxChanges),
        ...(progress && { figures: { ...figures, progress } }),
      });
      this.#append(
        id,
        changed.map((change) => ({ type: 'change', data: { steps, ...change } })),
      );
      return this.require(id);
    });
  }

  /** Puts jobs without a master, i.e. all active jobs but `alive`, back into the queue; returns their number. */
  recover(reason: string, alive: ReadonlySet<JobId> = new Set()): number {
    const left = this.#listActive().filter(({ id }) => !alive.has(id));
    for (const { id } of left) this.move(id, 'interrupt', { reason });
    return left.length;
  }

  /** Pauses a job until the storage works again. Without a master, it is paused at once. */
  hold(id: JobId, { reason, hasMaster }: { reason: string; hasMaster: boolean }): void {
    this.#write(id, () => {
      const stateReason = `${reason}; the job resumes by itself when this is solved`;
      if (this.require(id).state === 'running') this.move(id, 'pause', { reason: stateReason, isHeld: true });
      if (!hasMaster) this.move(id, 'interrupt');
    });
  }

  /** Holds active jobs whose masters have ended, i.e. all but `alive`, because their end could not be recorded. */
  holdLost(reason: string, alive: ReadonlySet<JobId>): void {
    const lost = this.#listActive().filter(({ id }) => !alive.has(id));
    for (const { id } of lost) this.hold(id, { reason, hasMaster: false });
  }

  /** Resumes the held jobs; returns their number. */
  releaseHeld(): number {
    const held = this.#store.jobs.listHeld().filter(({ state }) => state === 'paused');
    for (const { id } of held) this.move(id, 'resume', { reason: 'the data directory can be written again' });
    return held.length;
  }

  /** Turns a held job into a paused one, because a client has paused it. */
  keepPaused(id: JobId): void {
    this.#write(id, () => {
      this.#store.jobs.update(id, { isHeld: false, stateReason: null });
    });
  }

  recordFigures(id: JobId, { figures, events, points }: FiguresReport): void {
    this.#writeQuickly(id, () => {
      this.#store.jobs.update(id, { figures });
      for (const point of points) this.#store.curves.appendMetrics(id, toCurvePoint(point));
      this.#append(id, [{ type: 'progress', data: figures }, ...events]);
    });
  }

  /** Records the last metrics of a run together with its end. */
  recordEnd(id: JobId, figures: TrainingFigures, end: { event: LifecycleEvent; details: MoveDetails }): void {
    this.#store.transaction(() => {
      this.recordFigures(id, { figures, events: [], points: [figures] });
      this.move(id, end.event, end.details);
    });
  }

  recordEvaluation(id: JobId, evaluation: EvaluationResult, isBest: boolean): void {
    this.#writeQuickly(id, () => {
      this.#store.curves.appendEvaluation(id, evaluation);
      this.#append(id, [{ type: 'evaluation', data: { ...evaluation, isBest } }]);
    });
  }

  recordModel(id: JobId, model: ModelName, steps: number): void {
    this.#writeQuickly(id, () => {
      this.#store.jobs.setModel(id, model, steps);
    });
  }

  /** Records a warning. It replaces an earlier one of the same kind. */
  recordWarning(id: JobId, { code, message }: JobWarning): void {
    this.#writeQuickly(id, () => {
      const warning = { code, message: this.#clientText(message) };
      const others = this.require(id).warnings.filter((known) => known.code !== code);
      this.#store.jobs.update(id, { warnings: [...others, warning] });
      this.#append(id, [{ type: 'warning', data: warning }]);
    });
  }

  recordLog(id: JobId, level: 'info' | 'warn' | 'error', message: string): void {
    this.#writeQuickly(id, () => {
      this.#append(id, [{ type: 'log', data: { level, message: this.#clientText(message) } }]);
    });
  }

  /** Lists the jobs that have a master according to the store. */
  #listActive(): JobRecord[] {
    return (['running', 'pausing', 'cancelling'] as const).flatMap((state) =>
      this.#store.jobs.listOldest(state, Number.MAX_SAFE_INTEGER),
    );
  }

  #appendState(id: JobId, time: string, data: Extract<JobEvent, { type: 'state' }>['data']): void {
    this.#store.events.append(id, time, [{ type: 'state', data }]);
    this.#states?.noteState(this.require(id), { id: this.#store.events.lastId(id), time });
  }

  #append(id: JobId, events: readonly JobEvent[]): void {
    this.#store.events.append(id, new Date().toISOString(), events);
  }

  #write<Result>(id: JobId, work: () => Result): Result {
    const result = this.#store.transaction(work);
    this.#bus.publish(id);
    return result;
  }

  #writeQuickly(id: JobId, work: () => void): void {
    this.#store.quickTransaction(work);
    this.#bus.publishReport(id);
  }
}
