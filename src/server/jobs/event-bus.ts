// Event bus: tells waiting readers that a job has new events in the store. It carries no events: a slow reader
// continues where it stopped, and nothing is buffered for it.
import type { JobId } from '../../shared/job/job.ts';

/** A job reports up to a hundred times a second, and each report would wake all readers, e.g. fifty. */
const reportIntervalMs = 100;

/** Pause of a job whose readers were told of a report just now. */
interface Rest {
  hasNews: boolean;
}

export class EventBus {
  readonly #listeners = new Map<JobId, Set<() => void>>();
  readonly #resting = new Map<JobId, Rest>();
  readonly #watchers = new Set<(jobId: JobId) => void>();
  #revision = 0;

  /** Number of times that readers were told of a change of a job. */
  get revision(): number {
    return this.#revision;
  }

  /** Tells readers of a change at once. */
  publish(jobId: JobId): void {
    const rest = this.#resting.get(jobId);
    if (rest) rest.hasNews = false;
    this.#tell(jobId);
  }

  /** Tells readers of a report: at once, or together with others if the job had one a moment ago. */
  publishReport(jobId: JobId): void {
    const rest = this.#resting.get(jobId);
    if (rest) {
      rest.hasNews = true;
      return;
    }
    this.#tell(jobId);
    this.#rest(jobId);
  }

  /** Calls `listener` on every change of the job until the returned function is called. */
  subscribe(jobId: JobId, listener: () => void): () => void {
    const listeners = this.#listeners.get(jobId) ?? new Set();
    this.#listeners.set(jobId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(jobId) === listeners) this.#listeners.delete(jobId);
    };
  }

  /** Calls `watcher` on every change of any job until the returned function is called. */
  subscribeAll(watcher: (jobId: JobId) => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  #tell(jobId: JobId): void {
    this.#revision += 1;
    for (const watcher of this.#watchers) watcher(jobId);
    for (const listener of this.#listeners.get(jobId) ?? []) listener();
  }

  #rest(jobId: JobId): void {
    const rest: Rest = { hasNews: false };
    this.#resting.set(jobId, rest);
    setTimeout(() => {
      this.#resting.delete(jobId);
      if (rest.hasNews) this.publishReport(jobId);
    }, reportIntervalMs).unref();
  }
}
