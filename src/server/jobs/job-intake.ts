// Intake of jobs: prepares what a client asks for, and stores and schedules it.
import { randomInt } from 'node:crypto';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { findMemoryShortage } from '../../shared/job/find-memory-shortage.ts';
import { inspectNetwork } from '../../shared/job/inspect-network.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { JobRequest, JobSpec } from '../../shared/job/job-spec.ts';
import { InvalidJobError, resolveJobSpec } from '../../shared/job/resolve-job-spec.ts';
import type { StartModel } from '../../shared/model-format/start-model.ts';
import { createJobId } from '../store/job-record.ts';
import type { NewJob } from '../store/job-store.ts';
import { StorageUnavailableError } from '../store/storage-unavailable-error.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import type { Store } from '../store/store.ts';
import type { EventBus } from './event-bus.ts';
import { QueueFullError } from './job-errors.ts';
import type { JobLedger } from './job-ledger.ts';
import type { JobDispatcher } from './job-dispatcher.ts';
import { keepStartModel, openStart, requireFittingWeights } from './start-model.ts';
import type { UploadedModel } from './uploaded-model.ts';

export interface JobIntakeOptions {
  readonly store: Store;
  readonly ledger: Pick<JobLedger, 'recordPosted'>;
  readonly bus: EventBus;
  readonly dispatcher: Pick<JobDispatcher, 'schedule'>;
  readonly storage: Pick<StorageWatch, 'problem'>;
  readonly environments: EnvironmentRegistry;
  /** Says why a job may not name this address as its webhook; null if it may. */
  readonly webhooks: { findRefusal(url: string): string | null };
  /** Whether workers on other machines can reach the masters. */
  readonly hasNats: boolean;
  readonly maxQueuedJobs: number;
  /** Memory for jobs. A job that needs more is refused. */
  readonly memoryBytes: number;
}

/** A job that is not stored yet; its directory may already have the model that it starts from. */
export interface PreparedJob {
  readonly id: JobId;
  readonly spec: JobSpec;
}

export interface InsertDetails {
  readonly before?: (createdAt: string) => void;
  readonly after?: (createdAt: string) => void;
}

export class JobIntake {
  readonly #options: JobIntakeOptions;

  constructor(options: JobIntakeOptions) {
    this.#options = options;
  }

  /**
   * Prepares one job for each seed; null: the request's, or a random one. Throws InvalidJobError, or another AppError if
   * the server cannot take so many jobs now.
   */
  async prepare(
    given: JobRequest,
    { seeds = null, upload = null }: { seeds?: readonly number[] | null; upload?: UploadedModel | null } = {},
  ): Promise<PreparedJob[]> {
    const { store, environments } = this.#options;
    this.requireStorage();
    this.#requireWebhook(given.webhook ?? null);
    this.#requireNats(given.remoteWorkers ?? 0);
    // Before a topology is inspected, because that takes time and memory.
    const definition = await environments.resolve(given.environment);
    this.requireQueue(seeds?.length ?? 1);
    const { request: complete, model } = await openStart(given, upload, store);
    // A model may bring a topology along, which is no more to be trusted than one in the request.
    const spec = this.#resolve(await inspectNetwork(complete));
    const jobs = (seeds ?? [spec.seed]).map((seed) => ({ id: createJobId(), spec: { ...spec, seed } }));
    if (model !== null) {
      await requireFittingWeights(model, spec, definition);
      await this.#keepStart(jobs, model);
    }
    return jobs;
  }

  /** Removes what was prepared for jobs that are not stored. */
  async discard(jobs: readonly PreparedJob[]): Promise<void> {
    for (const { id } of jobs) await this.#options.store.directory.removeJob(id);
  }

  /** Stores jobs in the queue, in one transaction with what is written before and after them, and schedules them. */
  insert(jobs: readonly Omit<NewJob, 'createdAt'>[], { before, after }: InsertDetails = {}): void {
    const { store, ledger, bus, dispatcher } = this.#options;
    const createdAt = new Date().toISOString();
    store.transaction(() => {
      before?.(createdAt);
      for (const job of jobs) {
        store.jobs.insert({ ...job, createdAt });
        ledger.recordPosted(job.id);
      }
      after?.(createdAt);
    });
    for (const { id } of jobs) bus.publish(id);
    dispatcher.schedule();
  }

  /** Refuses requests that could not be stored. */
  requireStorage(): void {
    const { problem } = this.#options.storage;
    if (problem !== null) throw new StorageUnavailableError(problem);
  }

  /** Throws QueueFullError if there is no room for `count` more jobs. */
  requireQueue(count = 1): void {
    const { store, maxQueuedJobs } = this.#options;
    const queued = store.jobs.count().get('queued') ?? 0;
    if (queued + count > maxQueuedJobs) throw new QueueFullError(maxQueuedJobs, queued);
  }

  #requireNats(remoteWorkers: number): void {
    if (remoteWorkers === 0 || this.#options.hasNats) return;
    const message = 'this server has no workers on other machines; start it with --nats';
    throw new InvalidJobError([{ path: 'remoteWorkers', message }]);
  }

  #requireWebhook(url: string | null): void {
    const refusal = url === null ? null : this.#options.webhooks.findRefusal(url);
    if (refusal !== null) throw new InvalidJobError([{ path: 'webhook', message: refusal }]);
  }

  #resolve(request: JobRequest): JobSpec {
    const { environments, memoryBytes } = this.#options;
    const definition = environments.get(request.environment);
    const spec = resolveJobSpec(request, definition, () => randomInt(2 ** 32));
    const shortage = findMemoryShortage(spec, definition, memoryBytes);
    if (shortage.length > 0) throw new InvalidJobError(shortage);
    return spec;
  }

  /** Copies the model that the jobs start from, so that its original job can be deleted. */
  async #keepStart(jobs: readonly PreparedJob[], model: StartModel): Promise<void> {
    try {
      for (const { id } of jobs) await keepStartModel(this.#options.store.artifacts, id, model);
    } catch (error) {
      await this.discard(jobs);
      throw error;
    }
  }
}
