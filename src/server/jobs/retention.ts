// What is kept of jobs that are over: their learning curves in as many points as is wanted, and no files of jobs that
// were deleted.
import type { Logger } from 'pino';
import type { JobId } from '../../shared/job/job.ts';
import { isFinished } from '../../shared/job/transition.ts';
import type { Store } from '../store/store.ts';

export interface RetentionOptions {
  readonly store: Store;
  /** Points kept of a finished job's learning curve; null: all. */
  readonly keepMetricPoints: number | null;
  readonly log: Logger;
}

const finishedStates = ['succeeded', 'failed', 'cancelled'] as const;

export class Retention {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Brings in order what an earlier server left, or one with other settings. */
  async sweep(): Promise<void> {
    const { store, keepMetricPoints, log } = this.#options;
    if (keepMetricPoints !== null) {
      const finished = finishedStates.flatMap((state) =>
        store.jobs.summarize(state, Number.MAX_SAFE_INTEGER),
      );
      for (const { id } of finished) this.#thin(id);
    }
    const { removed, unknown } = await store.directory.sweep((id) => store.jobs.find(id) !== null);
    if (removed > 0) log.info({ removed }, 'files of deleted jobs removed');
    if (unknown.length > 0)
      log.warn({ unknown }, 'the data directory holds jobs that its database does not know');
  }

  /** Call when a job's master is gone. */
  noteEnd(id: JobId): void {
    const { store, log } = this.#options;
    try {
      const job = store.jobs.find(id);
      if (job && isFinished(job.state)) this.#thin(id);
    } catch (error) {
      // The next sweep makes up for it.
      log.warn({ err: error, jobId: id }, 'a learning curve could not be thinned');
    }
  }

  #thin(id: JobId): void {
    const { store, keepMetricPoints } = this.#options;
    if (keepMetricPoints !== null) store.curves.thin(id, keepMetricPoints);
  }
}
