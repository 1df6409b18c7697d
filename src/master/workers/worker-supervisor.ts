// Supervisor of a job's workers: keeps them running and replaces each one that fails by another with its own random
// stream. An error that would repeat itself ends the job.
import { AppError } from '../../shared/errors/app-error.ts';
import { toError } from '../../shared/errors/error-record.ts';
import type { EnvironmentProcessError } from '../../shared/gymnasium/gymnasium-errors.ts';
import {
  encodeOrigin,
  gradientBufferBytes,
  isGradientOf,
  readOrigin,
  type GradientOrigin,
} from '../../shared/protocol/gradient-buffer.ts';
import type { WorkerAssignment } from '../../shared/protocol/worker-task.ts';
import type { WorkerState } from '../../shared/protocol/worker-state.ts';
import type { Random } from '../../shared/random/random.ts';
import type { EpisodeOutcomes } from '../evaluation/episode-outcomes.ts';
import type { EvaluationAssignment } from '../evaluation/evaluation-task.ts';
import type { RunLogger } from '../machine.ts';
import { EnvironmentExitError } from './environment-exit-error.ts';
import { EnvironmentMemoryError } from './environment-memory-error.ts';
import { EnvironmentTimeoutError } from './environment-timeout-error.ts';
import type { HostedWorker, WorkerHost } from './worker-host.ts';
import { WorkerLostError } from './worker-lost-error.ts';

/** The job fails after this many consecutive restarts of one worker. */
const MAX_RESTARTS_IN_A_ROW = 3;
/** A worker that has sent gradients for this long is stable: its next failure starts a new count. */
const STEADY_AFTER_MS = 5_000;

export interface WorkerSupervisorOptions {
  readonly host: WorkerHost;
  /** Assignment fields that all workers share. */
  readonly plan: Omit<WorkerAssignment, 'origin' | 'randomState' | 'initialState'>;
  readonly job: Pick<GradientOrigin, 'jobId' | 'epoch'>;
  /** Source of the workers' random streams. */
  readonly random: Random;
  readonly logger: RunLogger;
  /** Clock in milliseconds; replaced in tests. */
  readonly now?: () => number;
}

/** Receives the messages of a job's workers. */
export interface WorkersListener {
  /** Takes a gradient buffer; `returnBuffer` gives it back. */
  onGradient(worker: number, buffer: ArrayBuffer): void;
  /** Takes an answer to `requestStates`. */
  onState(worker: number, state: WorkerState): void;
  /** A worker failed and was replaced: buffers of the failed one are void. */
  onReplaced(worker: number): void;
  /** A worker has come or gone; `state` is that of one that only waits. */
  onPresence(worker: number, isPresent: boolean, state: WorkerState | null): void;
  /** Called once, when a worker fails repeatedly or with an error that would repeat itself. */
  onFailure(error: Error): void;
}

/** State from which workers are resumed. */
export interface ResumedWorkers {
  readonly states: readonly (WorkerState | null)[];
  /**
   * Number of updates so far. It names the random streams, so that a worker without a state does not repeat the first
   * ones.
   */
  readonly version: number;
}

/** Record of one worker. */
interface WorkerLife {
  readonly index: number;
  readonly incarnation: number;
  /** Null before the first gradient: on a busy machine a thread may take seconds to start. */
  firstGradientMs: number | null;
  failuresInARow: number;
}

export class WorkerSupervisor {
  readonly #options: WorkerSupervisorOptions;
  readonly #bufferBytes: number;
  readonly #now: () => number;
  readonly #workers: HostedWorker[] = [];
  readonly #running = new Set<Promise<void>>();
  #restarts = 0;
  #isEnding = false;
  #isClosed = false;

  constructor(options: WorkerSupervisorOptions) {
    this.#options = options;
    this.#bufferBytes = gradientBufferBytes(options.plan.shape);
    this.#now = options.now ?? (() => performance.now());
  }

  /** Number of workers replaced and evaluations repeated. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Starts the workers. */
  start(listener: WorkersListener, { states, version }: ResumedWorkers = { states: [], version: 0 }): void {
    for (let index = 0; index < this.#options.plan.spec.workers; index += 1) {
      const life = { index, incarnation: version, failuresInARow: 0, firstGradientMs: null };
      this.#launch(life, listener, states[index] ?? null);
    }
  }

  /** Asks every worker for its state before its next rollout with parameters of `version` or newer. */
  requestStates(version: number): void {
    this.#options.host.requestStates(version);
  }

  /** Lets workers begin that have come meanwhile, because the others begin a rollout. */
  admit(): void {
    this.#options.host.admit?.();
  }

  /** Returns a buffer, with which the worker can send another gradient. */
  returnBuffer(worker: number, buffer: ArrayBuffer): void {
    this.#workers[worker]?.returnBuffer(buffer);
  }

  /** Plays an evaluation; repeats it once if it hangs or crashes. */
  async evaluate(assignment: EvaluationAssignment): Promise<EpisodeOutcomes> {
    const { host, logger } = this.#options;
    try {
      return await host.evaluate(assignment);
    } catch (error) {
      if (this.#isClosed || !isWorthAnotherTry(error)) throw error;
      this.#restarts += 1;
      logger.warn({ err: error }, 'evaluation failed and will be retried');
      return await host.evaluate(assignment);
    }
  }

  /** Tells the workers to stop and waits for them until the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    this.#isEnding = true;
    this.#options.host.stop();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all(this.#running), deadline]);
    clearTimeout(timer);
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    this.#isEnding = true;
    this.#isClosed = true;
    await this.#options.host.close();
  }

  #launch(life: WorkerLife, listener: WorkersListener, initialState: WorkerState | null = null): void {
    const { host, plan, job, random } = this.#options;
    const { index, incarnation } = life;
    const origin: GradientOrigin = { ...job, worker: index, incarnation };
    const encodedOrigin = encodeOrigin(origin);
    const randomState = random.split(index).split(incarnation).getState();
    const worker = host.start(
      { ...plan, origin, randomState, initialState },
      {
        onGradient: (buffer) => {
          this.#receive(buffer, encodedOrigin, { life, listener });
        },
        onState: (state) => {
          listener.onState(index, state);
        },
        onPresence: (isPresent, state = null) => {
          listener.onPresence(index, isPresent, state);
        },
      },
    );
    this.#workers[index] = worker;
    const run = this.#supervise(worker, life, listener);
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }

  #receive(
    buffer: ArrayBuffer,
    encodedOrigin: Int32Array,
    { life, listener }: { readonly life: WorkerLife; readonly listener: WorkersListener },
  ): void {
    if (!isGradientOf(buffer, encodedOrigin, this.#bufferBytes)) {
      const { byteLength: bytes } = buffer;
      const origin = bytes === this.#bufferBytes ? readOrigin(buffer) : null;
      this.#options.logger.warn({ worker: life.index, origin, bytes }, 'gradient of another origin refused');
      return;
    }
    if (life.failuresInARow > 0) {
      life.firstGradientMs ??= this.#now();
      if (this.#now() - life.firstGradientMs > STEADY_AFTER_MS) life.failuresInARow = 0;
    }
    listener.onGradient(life.index, buffer);
  }

  async #supervise(worker: HostedWorker, life: WorkerLife, listener: WorkersListener): Promise<void> {
    try {
      await worker.ended;
    } catch (reason) {
      if (this.#isEnding) return;
      worker.disconnect();
      const error = toError(reason);
      if (isWorthAnotherTry(error)) this.#replace(life, listener, error);
      else this.#fail(listener, error);
    }
  }

  #fail(listener: WorkersListener, error: Error): void {
    this.#isEnding = true;
    listener.onFailure(error);
  }

  #replace(life: WorkerLife, listener: WorkersListener, error: Error): void {
    const { index, incarnation } = life;
    // A machine that is switched off is no failure of the job.
    const failuresInARow = life.failuresInARow + (error instanceof WorkerLostError ? 0 : 1);
    if (failuresInARow > MAX_RESTARTS_IN_A_ROW) {
      this.#fail(listener, error);
      return;
    }
    this.#restarts += 1;
    this.#options.logger.warn({ worker: index, err: error }, 'worker failed and was replaced');
    listener.onReplaced(index);
    const next = { index, incarnation: incarnation + 1, failuresInARow, firstGradientMs: null };
    this.#launch(next, listener);
  }
}

const processEnded: EnvironmentProcessError['code'] = 'ENVIRONMENT_PROCESS_ENDED';

/** Whether a worker crashed, hung or was lost, which another try may avoid; an error of user code would repeat itself. */
function isWorthAnotherTry(error: unknown): error is Error {
  if (!(error instanceof AppError)) return error instanceof Error;
  // A thread has reported it, so it is no instance of its class.
  if (error.code === processEnded) return true;
  return [EnvironmentTimeoutError, EnvironmentMemoryError, EnvironmentExitError, WorkerLostError].some(
    (kind) => error instanceof kind,
  );
}
