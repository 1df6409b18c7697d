// Job dispatcher: has jobs trained, here or on other machines.
import type { JobId } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';

export interface JobDispatcher {
  /** Has queued jobs trained; call it whenever a job was queued. */
  schedule(): void;
  /** Stops the job's master, if there is one, and resolves when it is gone. */
  cancel(id: JobId): Promise<void>;
  /** Asks the job's master, if there is one, to write a checkpoint and end; resolves when it is gone. */
  pause(id: JobId): Promise<void>;
  /** Gives the job's master, if there is one, the changed spec. */
  change(id: JobId, spec: JobSpec): void;
  /** Removes what is stored of a deleted job outside the data directory. */
  forget(id: JobId): void;
  /** Stops all masters of this machine; their jobs go back to the queue. */
  close(): Promise<void>;
}
