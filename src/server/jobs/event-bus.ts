// Tells waiting readers that a job has something new in the store. It carries no events: a slow reader reads on from
// where it is, and nothing piles up for it.
import type { JobId } from '../../shared/job/job.ts';

export class EventBus {
  readonly #listeners = new Map<JobId, Set<() => void>>();
  #revision = 0;

  /** Rises whenever any job changes. */
  get revision(): number {
    return this.#revision;
  }

  publish(jobId: JobId): void {
    this.#revision += 1;
    for (const listener of this.#listeners.get(jobId) ?? []) listener();
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
}
