// Tells waiting readers that a job has something new in the store. It carries no events: a slow reader reads on from
// where it is, and nothing piles up for it.
import type { JobId } from '../../shared/job/job.ts';

/** Reports of a job come up to a hundred times a second, and fifty readers would be woken for each of them. */
const reportIntervalMs = 100;

/** A job whose readers were told of a report just now. */
interface Rest {
  hasNews: boolean;
}

export class EventBus {
  readonly #listeners = new Map<JobId, Set<() => void>>();
  readonly #resting = new Map<JobId, Rest>();
  #revision = 0;

  /** Rises whenever readers are told that a job has changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Tells of a change at once. */
  publish(jobId: JobId): void {
    const rest = this.#resting.get(jobId);
    if (rest) rest.hasNews = false;
    this.#tell(jobId);
  }

  /** Tells of a change at once, or together with others where the job had one a moment ago. */
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

  #tell(jobId: JobId): void {
    this.#revision += 1;
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
