// What a worker is started with; everything else passes through its channel.
import type { MessagePort } from 'node:worker_threads';
import type { JobSpec } from '../job/job-spec.ts';
import type { NetworkShape } from '../network/parameter-layout.ts';
import type { GradientBufferShape, GradientOrigin } from './gradient-buffer.ts';
import type { ErrorRecord } from '../errors/error-record.ts';
import type { WorkerState } from './worker-state.ts';

/** A worker's part of a job: plain data, so that it can be sent anywhere. */
export interface WorkerAssignment {
  readonly origin: GradientOrigin;
  readonly spec: JobSpec;
  /** Where a custom environment is imported from; null for a built-in one. */
  readonly environmentModule: string | null;
  /** Whether workers learn in rounds: each gradient waits for the others. */
  readonly isSynchronous: boolean;
  /** State of the random stream that the worker splits its own streams from. */
  readonly randomState: readonly number[];
  /** The worker's state in the checkpoint that the job continues from; null without one. */
  readonly initialState: WorkerState | null;
  readonly network: NetworkShape;
  readonly shape: GradientBufferShape;
  /** Gradient buffers that the worker may have on the way: they bound staleness and memory. */
  readonly buffers: number;
}

/** An assignment for a thread, with what it shares with its master's process. */
export interface WorkerTask extends WorkerAssignment {
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

/** A thread's place in the control block, where its master watches it. */
export interface WatchedSlot {
  readonly slot: number;
  readonly control: SharedArrayBuffer;
}
