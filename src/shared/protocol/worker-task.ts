// What a worker thread is started with; everything else passes through the channel made from it.
import type { MessagePort } from 'node:worker_threads';
import type { JobSpec } from '../job/job-spec.ts';
import type { GradientBufferShape } from './gradient-buffer.ts';

export interface WorkerTask {
  readonly spec: JobSpec;
  readonly workerIndex: number;
  /** State of the random stream this worker splits its own streams from. */
  readonly randomState: readonly number[];
  readonly shape: GradientBufferShape;
  /** Gradient buffers this worker may have on the way: they bound staleness and memory. */
  readonly buffers: number;
  readonly kernels: WebAssembly.Module;
  readonly board: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly port: MessagePort;
}
