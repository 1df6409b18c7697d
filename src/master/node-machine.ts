// This Node process as the machine of a training run, with threads as workers.
import { availableParallelism } from 'node:os';
import { compileKernels } from '../shared/engines/wasm/compile-kernels.ts';
import { countLocalWorkers } from '../shared/job/count-local-workers.ts';
import type { Machine } from './machine.ts';
import { ThreadWorkerHost } from './workers/thread-worker-host.ts';

/** Compiles the kernels. Throws KernelsUnavailableError if they are missing. */
export function openNodeMachine(): Machine {
  return {
    kernels: compileKernels(),
    cores: availableParallelism(),
    createWorkerHost: ({ board, ...context }) => {
      const workers = { first: 0, count: countLocalWorkers(context.spec) };
      return new ThreadWorkerHost({ ...context, board: board.memory, workers });
    },
  };
}
