// Retention of finished jobs: thins their learning curves and removes files of deleted jobs.
import type { Logger } from 'pino';
import type { JobId } from '../../shared/job/job.ts';
import { isFinished } from '../../shared/job/transition.ts';
import type { Store } from '../store/store.ts';

export interface RetentionOptions {
  readonly store: Store;
  /** Number of points to keep of a finished job's learning curve; null: all. */
  readonly keepMetricPoints: number | null;
  readonly log: Logger;
}

const finishedStates = ['succeeded', 'failed', 'cancelled'] as const;

export class Retention {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Thins and removes what an earlier server, or one with other settings, has left. */
  async sweep(): Promise<void> {
    const { store, keepMetricPoints, log } = this.#options;
    if (keepMetricPoints !== null) {
      const finished = finishedStates.flatMap((state) =>
        store.jobs.summarize({ state, limit: Number.MAX_SAFE_INTEGER }),
      );
      for (const { id } of finished) this.#thin(id);
    }
    const { removed, unknown } = await store.directory.sweep((id) => store.jobs.find(id) !== null);
    if (removed > 0) log.info({ removed }, 'files of deleted jobs removed');
    if (unknown.length > 0)
      log.warn({ unknown }, 'the data directory holds jobs that its database does not know');
  }

  /** Call it when a job's master is gone. */
  noteEnd(id: JobId): void {
    const { store, log } = this.#options;
    try {
      const job = store.jobs.find(id);
      if (job && isFinished(job.state)) this.#thin(id);
    } catch (error) {
      // The next sweep tries again.
      log.warn({ err: error, jobId: id }, 'a learning curve could not be thinned');
    }
  }

  #thin(id: JobId): void {
    const { store, keepMetricPoints } = this.#options;
    if (keepMetricPoints !== null) store.curves.thin(id, keepMetricPoints);
  }
}
