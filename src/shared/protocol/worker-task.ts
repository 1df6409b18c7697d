// What a worker thread is started with; everything else passes through the channel made from it.
import type { MessagePort } from 'node:worker_threads';
import type { JobSpec } from '../job/job-spec.ts';
import type { NetworkShape } from '../network/parameter-layout.ts';
import type { GradientBufferShape } from './gradient-buffer.ts';
import type { ErrorRecord } from '../errors/error-record.ts';
import type { WorkerState } from './worker-state.ts';

export interface WorkerTask {
  readonly spec: JobSpec;
  /** Where a custom environment is imported from; null for a built-in one. */
  readonly environmentModule: string | null;
  readonly workerIndex: number;
  /** Whether workers learn in rounds: each gradient waits for the others. */
  readonly isSynchronous: boolean;
  /** State of the random stream this worker splits its own streams from. */
  readonly randomState: readonly number[];
  /** Where the worker of this slot stood when the checkpoint was taken that the job goes on from; null without. */
  readonly initialState: WorkerState | null;
  readonly network: NetworkShape;
  readonly shape: GradientBufferShape;
  /** Gradient buffers this worker may have on the way: they bound staleness and memory. */
  readonly buffers: number;
  readonly kernels: WebAssembly.Module;
  readonly board: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** How a thread's task ended: with a result, if it has one, or with an error, which as data keeps its code and cause. */
export interface TaskOutcome {
  readonly error: ErrorRecord | null;
  readonly result?: unknown;
}

/** Where a thread stands in the control block, to be watched by its master. */
export interface WatchedSlot {
  readonly slot: number;
  readonly control: SharedArrayBuffer;
}
