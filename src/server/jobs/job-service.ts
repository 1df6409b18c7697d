// Job service: what clients can do with jobs.
import { createHash } from 'node:crypto';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import type { JobId, JobState } from '../../shared/job/job.ts';
import { findContradictions } from '../../shared/job/find-contradictions.ts';
import { concernsTraining } from '../../shared/job/changeable-paths.ts';
import { changeSpec, listFieldChanges, type JobChanges } from '../../shared/job/job-changes.ts';
import type { JobRequest, JobSpec } from '../../shared/job/job-spec.ts';
import { stopSchema } from '../../shared/job-fields/job-fields.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { isFinished } from '../../shared/job/transition.ts';
import type { JobRecord, JobSummary } from '../store/job-record.ts';
import type { DiskUsage } from '../store/disk-usage.ts';
import type { Store } from '../store/store.ts';
import {
  IdempotencyKeyReusedError,
  JobEndedError,
  JobNotFinishedError,
  StopLimitReachedError,
} from './job-errors.ts';
import type { EventBus } from './event-bus.ts';
import type { JobIntake, PreparedJob } from './job-intake.ts';
import type { JobLedger } from './job-ledger.ts';
import type { JobDispatcher } from './job-dispatcher.ts';
import type { UploadedModel } from './uploaded-model.ts';

export interface JobServiceOptions {
  readonly store: Store;
  readonly ledger: JobLedger;
  readonly bus: EventBus;
  readonly dispatcher: JobDispatcher;
  readonly intake: JobIntake;
  readonly usage: Pick<DiskUsage, 'forget'>;
  readonly environments: EnvironmentRegistry;
}

export interface JobListQuery {
  readonly state?: JobState | undefined;
  readonly environment?: string | undefined;
  readonly algorithm?: string | undefined;
  readonly name?: string | undefined;
  readonly experiment?: string | undefined;
  readonly metadata?: { readonly key: string; readonly value: string } | undefined;
  /** Lists only jobs posted before this one. */
  readonly after?: JobId | undefined;
  readonly limit: number;
}

export interface CreatedJob {
  readonly job: JobRecord;
  /** Whether the same request has already created the job. */
  readonly isReplay: boolean;
}

export interface PostDetails {
  /** Repeats of a request with a key return the same job. */
  readonly idempotencyKey?: string | null;
  /** The model that came with the request. */
  readonly upload?: UploadedModel | null;
}

/** Identity of a request, by which a repeated one is recognized. */
interface PostedRequest {
  readonly key: string | null;
  readonly requestHash: string;
}

export class JobService {
  readonly #options: JobServiceOptions;

  constructor(options: JobServiceOptions) {
    this.#options = options;
  }

  /** Stores the job and schedules it. The same key and request return the same job again. */
  async create(
    given: JobRequest,
    { idempotencyKey = null, upload = null }: PostDetails = {},
  ): Promise<CreatedJob> {
    const identity = JSON.stringify(given) + (upload?.sha256 ?? '');
    const requestHash = createHash('sha256').update(identity).digest('hex');
    const posted = { key: idempotencyKey, requestHash };
    const existing = this.#findReplay(posted);
    if (existing) return { job: existing, isReplay: true };
    const prepared = await this.#options.intake.prepare(given, { upload });
    try {
      const created = this.#insert(prepared, posted);
      if (created.isReplay) await this.#options.intake.discard(prepared);
      return created;
    } catch (error) {
      await this.#options.intake.discard(prepared);
      throw error;
    }
  }

  #insert(prepared: readonly PreparedJob[], { key, requestHash }: PostedRequest): CreatedJob {
    const { store, ledger, intake } = this.#options;
    // The same request may have arrived again while this one was prepared.
    const existing = this.#findReplay({ key, requestHash });
    if (existing) return { job: existing, isReplay: true };
    const [job] = prepared;
    if (!job) throw new RangeError('a job was not prepared');
    intake.requireQueue();
    intake.insert([job], {
      after: (createdAt) => {
        if (key !== null) store.jobs.insertIdempotencyKey({ key, jobId: job.id, requestHash, createdAt });
      },
    });
    return { job: ledger.require(job.id), isReplay: false };
  }

  get(id: JobId): JobRecord {
    return this.#options.ledger.require(id);
  }

  /** Lists jobs, newest first, and whether there are more. */
  list({ after, limit, ...filter }: JobListQuery): { jobs: JobRecord[]; hasMore: boolean } {
    const before = after === undefined ? undefined : this.get(after).sequence;
    const jobs = this.#options.store.jobs.list({ ...filter, before, limit: limit + 1 });
    return { jobs: jobs.slice(0, limit), hasMore: jobs.length > limit };
  }

  /** Lists jobs in short, newest first, and whether there are more. */
  summarize({ after, limit, ...filter }: JobListQuery): { jobs: JobSummary[]; hasMore: boolean } {
    const before = after === undefined ? undefined : this.get(after).sequence;
    const jobs = this.#options.store.jobs.summarize({ ...filter, before, limit: limit + 1 });
    return { jobs: jobs.slice(0, limit), hasMore: jobs.length > limit };
  }

  count(): Map<JobState, number> {
    return this.#options.store.jobs.count();
  }

  /** Cancels the job. A cancelled or cancelling job stays the same. */
  cancel(id: JobId): JobRecord {
    const { ledger, dispatcher } = this.#options;
    const job = ledger.require(id);
    if (job.state === 'cancelled' || job.state === 'cancelling') return job;
    const cancelled = ledger.move(id, 'cancel');
    void dispatcher.cancel(id);
    // Jobs that waited behind the cancelled job may start now.
    dispatcher.schedule();
    return cancelled;
  }

  /** Pauses the job. A paused or pausing job stays the same. */
  pause(id: JobId): JobRecord {
    const { ledger, dispatcher } = this.#options;
    const job = ledger.require(id);
    if (job.isHeld) ledger.keepPaused(id);
    if (job.state === 'paused' || job.state === 'pausing') return ledger.require(id);
    const paused = ledger.move(id, 'pause');
    void dispatcher.pause(id);
    dispatcher.schedule();
    return paused;
  }

  /**
   * Puts a paused or finished job back into the queue. `changes` replace its limits. A queued or running job stays the
   * same, unless `changes` has limits. Throws StopLimitReachedError if the job would end at once.
   */
  async resume(id: JobId, changes: NonNullable<JobRequest['stop']>): Promise<JobRecord> {
    const { ledger, dispatcher, store } = this.#options;
    await this.#lookUpEnvironment(id);
    const job = ledger.require(id);
    const hasChanges = Object.keys(changes).length > 0;
    if (!hasChanges && (job.state === 'queued' || job.state === 'running')) return job;
    this.#options.intake.requireStorage();
    const spec = this.#changeSpec(job.spec, { stop: stopSchema.partial().parse(changes) });
    requireRoom(job, spec.stop);
    const resumed = store.transaction(() => {
      ledger.move(id, 'resume');
      return ledger.changeSpec(id, spec);
    });
    dispatcher.schedule();
    return resumed;
  }

  /**
   * Changes settings of a job. A running job trains with them from its next update on. Throws JobEndedError if the job
   * has ended and the changes are not only labels.
   */
  async change(id: JobId, changes: JobChanges): Promise<JobRecord> {
    const { ledger, dispatcher } = this.#options;
    await this.#lookUpEnvironment(id);
    const job = ledger.require(id);
    const spec = this.#changeSpec(job.spec, changes);
    const changed = listFieldChanges(job.spec, spec);
    if (changed.length === 0) return job;
    if ((isFinished(job.state) || job.state === 'cancelling') && changed.some(concernsTraining))
      throw new JobEndedError(job.state);
    this.#options.intake.requireStorage();
    const record = ledger.changeSpec(id, spec);
    dispatcher.change(id, spec);
    return record;
  }

  /** Asks for the environment of a job that an earlier server has stored, if its source has not been asked yet. */
  async #lookUpEnvironment(id: JobId): Promise<void> {
    const { ledger, environments } = this.#options;
    const { environment } = ledger.require(id).spec;
    if (environments.find(environment) === undefined) await environments.resolve(environment);
  }

  #changeSpec(before: JobSpec, changes: JobChanges): JobSpec {
    const spec = changeSpec(before, changes);
    const issues = findContradictions(spec, this.#options.environments.get(spec.environment));
    if (issues.length > 0) throw new InvalidJobError(issues);
    return spec;
  }

  /** Deletes a finished job and its files. */
  async remove(id: JobId): Promise<void> {
    const { store, ledger, bus, usage, dispatcher } = this.#options;
    requireFinished(ledger.require(id));
    // A master that has reported its end may still use this directory.
    await dispatcher.cancel(id);
    // Meanwhile the job may have been resumed, or deleted by another call.
    requireFinished(ledger.require(id));
    store.transaction(() => {
      store.jobs.remove(id);
      store.settle();
    });
    bus.publish(id);
    dispatcher.forget(id);
    await store.directory.removeJob(id);
    usage.forget(id);
  }

  #findReplay({ key, requestHash }: PostedRequest): JobRecord | null {
    const { store, ledger } = this.#options;
    const found = key === null ? null : store.jobs.findIdempotencyKey(key);
    if (!found) return null;
    if (found.requestHash !== requestHash) throw new IdempotencyKeyReusedError();
    return ledger.require(found.jobId);
  }
}

function requireFinished({ state }: JobRecord): void {
  if (!isFinished(state)) throw new JobNotFinishedError(state);
}

/** Throws StopLimitReachedError if the job has already reached a limit. */
function requireRoom({ figures, endedBy }: JobRecord, stop: JobSpec['stop']): void {
  if (figures === null) return;
  const { maxSteps, maxEpisodes, maxSeconds, targetReward } = stop;
  // A job that ended for another reason may be below its target again.
  const endedWith = endedBy === 'targetReward' ? figures.reward.movingAverage : null;
  const { steps, episodes, elapsedSeconds } = figures.progress;
  const limits = [
    { name: 'maxSteps', limit: maxSteps, reached: steps },
    { name: 'maxEpisodes', limit: maxEpisodes, reached: episodes },
    { name: 'maxSeconds', limit: maxSeconds, reached: elapsedSeconds },
    { name: 'targetReward', limit: targetReward, reached: endedWith ?? Number.NEGATIVE_INFINITY },
  ];
  for (const { name, limit, reached } of limits) {
    if (limit !== null && reached >= limit) throw new StopLimitReachedError(name, { limit, reached });
  }
}
