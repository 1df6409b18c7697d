// Machine of a training run: what the run takes from the place where it runs, a Node process or a browser.
import type { Logger } from 'pino';
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { ParameterBoard } from '../shared/transport/parameter-board.ts';
import type { WorkerHost } from './workers/worker-host.ts';

/** The part of a logger that runs and hosts use. */
export type RunLogger = Pick<Logger, 'warn'>;

/** Context that a worker host is created with. */
export interface WorkerHostContext {
  readonly spec: JobSpec;
  /** Compiled kernels of the machine. */
  readonly kernels: WebAssembly.Module;
  /** The newest parameters; the run publishes each version there. */
  readonly board: ParameterBoard;
  readonly logger: RunLogger;
}

export interface Machine {
  /** Compiled kernels. */
  readonly kernels: WebAssembly.Module;
  /** Number of cores; with more workers than that, a run warns. */
  readonly cores: number;
  /** Creates the host of a run's workers. */
  readonly createWorkerHost: (context: WorkerHostContext) => WorkerHost;
}
