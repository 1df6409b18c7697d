// Task of a worker: the data that it is started with. Everything else goes through its channel.
import type { MessagePort } from 'node:worker_threads';
import type { EngineChoice } from '../engines/engine-choice.ts';
import type { EnvironmentOrigin } from '../environments/environment-origin.ts';
import type { JobSpec } from '../job/job-spec.ts';
import type { NetworkShape } from '../network/parameter-layout.ts';
import type { GradientBufferShape, GradientOrigin } from './gradient-buffer.ts';
import type { ErrorRecord } from '../errors/error-record.ts';
import type { WorkerState } from './worker-state.ts';

/** A worker's part of a job, as plain data, which any host can receive. */
export interface WorkerAssignment {
  readonly origin: GradientOrigin;
  readonly spec: JobSpec;
  /** Where the environment is found; null for a built-in environment. */
  readonly environmentOrigin: EnvironmentOrigin | null;
  /** Whether workers learn in rounds: the gradients of all workers are applied together. */
  readonly isSynchronous: boolean;
  /** State of the random stream from which the worker splits its own streams. */
  readonly randomState: readonly number[];
  /** The worker's state in the checkpoint that the job is resumed from; null without a checkpoint. */
  readonly initialState: WorkerState | null;
  readonly network: NetworkShape;
  readonly engine: EngineChoice;
  readonly shape: GradientBufferShape;
  /** Number of gradient buffers that the worker can have in flight; it limits staleness and memory. */
  readonly buffers: number;
}

/** An assignment for a thread, with the memory it shares with its master's process. */
export interface WorkerTask extends WorkerAssignment {
  /** The thread's slot in the control block. */
  readonly slot: number;
  readonly kernels: WebAssembly.Module;
  readonly board: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** End of a thread's task: a result, if it has one, or an error as data, with its code and cause. */
export interface TaskOutcome {
  readonly error: ErrorRecord | null;
  readonly result?: unknown;
}

/** A thread's slot in the control block, which its master watches. */
export interface WatchedSlot {
  readonly slot: number;
  readonly control: SharedArrayBuffer;
}
