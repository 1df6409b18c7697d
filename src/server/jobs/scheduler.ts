// Scheduler: starts jobs in the order of the queue while there are cores for their workers and memory for their largest
// size.
import type { Logger } from 'pino';
import type { EnvironmentRegistry } from '../../shared/environments/registry.ts';
import { createErrorRecord, toError } from '../../shared/errors/error-record.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { JobRecord } from '../store/job-record.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import type { JobDispatcher } from './job-dispatcher.ts';
import type { JobLedger } from './job-ledger.ts';
import { JobRun } from './job-run.ts';
import { countUsedCores, fits, type Capacity } from '../../trainer/capacity.ts';
import type { Master, MasterHost } from '../../trainer/masters/master-host.ts';
import type { Retention } from './retention.ts';
import type { RunObserver } from './run-observer.ts';

export interface SchedulerOptions extends Capacity {
  readonly ledger: JobLedger;
  readonly masters: MasterHost;
  readonly environments: EnvironmentRegistry;
  readonly storage: Pick<StorageWatch, 'problem' | 'subscribe' | 'recheck'>;
  readonly retention: Pick<Retention, 'noteEnd'>;
  /** Creates an observer for each run; absent: nobody observes. */
  readonly observe?: ((job: JobRecord) => RunObserver) | undefined;
  readonly log: Logger;
}

const retryDelayMs = 1_000;

export class Scheduler implements JobDispatcher {
  readonly #options: SchedulerOptions;
  readonly #runs = new Map<JobId, JobRun>();
  /** Queued jobs whose environments are being looked up. */
  readonly #asking = new Set<JobId>();
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    options.storage.subscribe((problem) => {
      if (problem === null) this.#release();
      else this.#hold(problem);
    });
  }

  /** Starts all jobs that can start; call it whenever a job was queued. */
  schedule(): void {
    // Without storage, a started job would have to be stopped at once.
    if (this.#isClosed || this.#options.storage.problem !== null) return;
    try {
      for (let job = this.#findStartable(); job; job = this.#findStartable()) this.#launch(job);
      // While all cores train, a spare master would only take memory, and time while it loads.
      if (countUsedCores(this.#listRunning()) < this.#options.cores) this.#options.masters.prepare();
    } catch (error) {
      this.#options.log.error({ err: error }, 'scheduling failed and will be retried');
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => {
        this.schedule();
      }, retryDelayMs).unref();
    }
  }

  /** Stops the job's master, if there is one, and resolves when it is gone. */
  async cancel(id: JobId): Promise<void> {
    await this.#runs.get(id)?.cancel();
  }

  /** Gives the job's master, if there is one, the changed spec. */
  change(id: JobId, spec: JobSpec): void {
    this.#runs.get(id)?.change(spec);
  }

  /** Asks the job's master, if there is one, to write a checkpoint and end; resolves when it is gone. */
  async pause(id: JobId): Promise<void> {
    await this.#runs.get(id)?.pause();
  }

  /** Everything of a job is in the data directory. */
  forget(): void {
    return;
  }

  /** Stops all masters; their jobs go back to the queue. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await Promise.all([...this.#runs.values()].map((run) => run.shutDown()));
    await this.#options.masters.close();
  }

  /** Pauses all runs, because their results could not be stored. */
  #hold(problem: string): void {
    for (const run of this.#runs.values()) void run.hold(problem);
    this.#holdLost(problem);
  }

  /** Holds jobs whose masters ended before the storage problem was known. */
  #holdLost(problem: string): void {
    try {
      this.#options.ledger.holdLost(problem, new Set(this.#runs.keys()));
    } catch (error) {
      this.#options.log.error({ err: error }, 'jobs without masters could not be paused');
    }
  }

  #release(): void {
    const { ledger, log } = this.#options;
    try {
      // Their ends could not be recorded meanwhile.
      ledger.recover('the data directory could not be written', new Set(this.#runs.keys()));
      const releasedJobs = ledger.releaseHeld();
      log.info({ releasedJobs }, 'held jobs are resumed');
    } catch (error) {
      log.error({ err: error }, 'jobs that were held could not be released');
    }
    this.schedule();
  }

  #findStartable(): JobRecord | null {
    const job = this.#options.ledger.findNextQueued();
    // A job that was resumed at once waits until its last master is gone: two masters must never use one directory.
    if (!job || this.#runs.has(job.id) || !this.#knowsEnvironment(job)) return null;
    return fits(this.#options, this.#listRunning(), job.spec) ? job : null;
  }

  /**
   * Whether the environment of a job can be opened. A source that was not asked yet, because an earlier server has stored
   * the job, is asked now, and jobs are scheduled again when it answers.
   */
  #knowsEnvironment({ id, spec: { environment } }: JobRecord): boolean {
    const { environments } = this.#options;
    if (!environments.isForeign(environment) || environments.find(environment) !== undefined) return true;
    if (this.#asking.has(id)) return false;
    this.#asking.add(id);
    void environments
      .resolve(environment)
      .catch((error: unknown) => {
        this.#refuse(id, toError(error));
      })
      .finally(() => {
        this.#asking.delete(id);
        this.schedule();
      });
    return false;
  }

  /** Ends a queued job whose environment cannot be opened any more. */
  #refuse(id: JobId, error: Error): void {
    const { ledger, retention, log } = this.#options;
    log.error({ err: error, jobId: id }, 'the environment of a job cannot be opened');
    try {
      if (ledger.require(id).state !== 'queued') return;
      const { code, message } = createErrorRecord(error);
      ledger.move(id, 'fail', { reason: message, error: { code: code ?? 'TRAINING_FAILED', message } });
      retention.noteEnd(id);
    } catch (failure) {
      log.debug({ err: failure }, 'a job without an environment was deleted meanwhile');
    }
  }

  #launch(job: JobRecord): void {
    const { ledger, storage, retention, masters, environments, observe } = this.#options;
    const log = this.#options.log.child({ jobId: job.id });
    // Taken first: if no master can be started, the job keeps its state.
    const master = masters.take();
    const running = this.#recordStart(job.id, master);
    const run = new JobRun({
      job: running,
      master,
      environmentOrigin: environments.locate(job.spec.environment),
      ledger,
      storage,
      ...(observe && { observer: observe(running) }),
      log,
    });
    this.#runs.set(job.id, run);
    log.info({ attempt: running.attempt, pid: master.pid }, 'job started');
    void run.ended.then(() => {
      this.#runs.delete(job.id);
      retention.noteEnd(job.id);
      this.#logEnd(job.id, log);
      const { problem } = this.#options.storage;
      if (problem !== null) this.#holdLost(problem);
      this.schedule();
    });
  }

  #recordStart(id: JobId, master: Master): JobRecord {
    try {
      return this.#options.ledger.move(id, 'start');
    } catch (error) {
      void master.discard();
      throw error;
    }
  }

  #logEnd(id: JobId, log: Logger): void {
    try {
      const { state, stateReason } = this.#options.ledger.require(id);
      log.info({ state, stateReason }, 'master ended');
    } catch (error) {
      // The job was deleted while its master ended.
      log.debug({ err: error }, 'master of a deleted job ended');
    }
  }

  #listRunning(): JobSpec[] {
    return [...this.#runs.values()].map(({ spec }) => spec);
  }
}
