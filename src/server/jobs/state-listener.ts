// Listener to changes of state, as part of the transaction that makes them.
import type { JobRecord } from '../store/job-record.ts';

export interface StateListener {
  /** The job has its new state. May write to the store; throws only if the store cannot be written. */
  noteState(job: JobRecord, event: { readonly id: number; readonly time: string }): void;
}
