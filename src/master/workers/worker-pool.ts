// The worker threads of one job: a piscina pool that runs one long actor task per worker and short evaluations beside
// them. A worker that fails is replaced by another in the same slot, with a port and a random stream of its own; one
// whose environment does not come back is terminated first. An expected failure would come again and ends the job.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { z } from 'zod';
import { findAlgorithm } from '../../shared/algorithms/algorithms.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { errorRecordSchema } from '../../shared/errors/error-record-schema.ts';
import { restoreError, toError } from '../../shared/errors/error-record.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { countBuffersPerWorker } from '../../shared/job/count-buffers.ts';
import type { NetworkShape } from '../../shared/network/parameter-layout.ts';
import type { GradientBufferShape } from '../../shared/protocol/gradient-buffer.ts';
import type { TaskOutcome, WatchedSlot, WorkerTask } from '../../shared/protocol/worker-task.ts';
import type { WorkerState } from '../../shared/protocol/worker-state.ts';
import type { Random } from '../../shared/random/random.ts';
import { ControlBlock } from '../../shared/transport/control-block.ts';
import { resolveEntry } from '../../shared/program-files/resolve-entry.ts';
import { CallMonitor } from './call-monitor.ts';
import { EnvironmentExitError, readExitCode } from './environment-exit-error.ts';
import { EnvironmentMemoryError, isOutOfMemory } from './environment-memory-error.ts';
import { EnvironmentTimeoutError } from './environment-timeout-error.ts';

/** Restarts of one worker in a row after which the job fails. */
const MAX_RESTARTS_IN_A_ROW = 3;
/** A worker that sends gradients for so long is steady: what happens to it later is no part of that row. */
const STEADY_AFTER_MS = 5_000;

/** How long a thread may take to load its modules on a busy machine. */
const THREAD_START_DEADLINE_MS = 5_000;

export interface WorkerPoolOptions {
  readonly spec: JobSpec;
  /** Where a custom environment is imported from; null for a built-in one. */
  readonly environmentModule: string | null;
  readonly network: NetworkShape;
  readonly shape: GradientBufferShape;
  readonly kernels: WebAssembly.Module;
  readonly board: SharedArrayBuffer;
  readonly random: Random;
  /** Called for every gradient buffer; whoever takes it gives it back with `returnBuffer`. */
  readonly onGradient: (workerIndex: number, buffer: ArrayBuffer) => void;
  /** Called with each answer to `requestStates`. */
  readonly onState: (workerIndex: number, state: WorkerState) => void;
  /** Called when a thread without a task dies. */
  readonly onThreadError: (error: Error) => void;
  readonly onRestart: (workerIndex: number, error: Error) => void;
  /** Called when a task beside the workers is given up and tried again. */
  readonly onRetry: (error: Error) => void;
  /** Called once when a worker fails again and again, or for a reason that would come again. */
  readonly onFailure: (error: Error) => void;
}

const taskOutcomeSchema: z.ZodType<TaskOutcome> = z.object({
  error: errorRecordSchema.nullable(),
  result: z.unknown().optional(),
});

/** Where one worker after another runs. */
interface WorkerSlot {
  readonly port: MessagePort;
  /** How many workers ran here before: each draws its own random numbers. */
  readonly predecessors: number;
  failuresInARow: number;
  readonly launchedAtMs: number;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #piscina: Piscina;
  readonly #control: ControlBlock;
  readonly #monitor: CallMonitor;
  readonly #slots: WorkerSlot[] = [];
  /** What ends the task that runs in a slot. */
  readonly #terminations = new Map<number, AbortController>();
  readonly #running = new Set<Promise<void>>();
  #restarts = 0;
  #isEnding = false;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    const { workers } = options.spec;
    this.#options = options;
    // The last slot is for evaluations.
    this.#control = new ControlBlock(workers + 1);
    this.#monitor = new CallMonitor({
      timeoutSeconds: options.spec.environmentTimeoutSeconds,
      readOpenCalls: (slot) => this.#control.readOpenCalls(slot),
      onTimeout: (slot) => this.#terminations.get(slot)?.abort(),
    });
    this.#piscina = new Piscina({
      filename: resolveEntry('../../worker/main', import.meta.url).href,
      // One thread more for evaluations, so that they never wait for an actor to end.
      minThreads: workers,
      maxThreads: workers + 1,
      concurrentTasksPerWorker: 1,
      idleTimeout: 60_000,
      // One environment without bounds must not end the process, and with it all workers.
      resourceLimits: { maxOldGenerationSizeMb: options.spec.environmentMemoryMegabytes },
    });
    // A thread that dies between tasks: nothing is lost, and the next task starts another.
    this.#piscina.on('error', (error: unknown) => {
      options.onThreadError(toError(error));
    });
  }

  /** Workers replaced so far. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Starts the workers, or lets them go on from where others stood after `version` updates. */
  start(states: readonly (WorkerState | null)[] = [], version = 0): void {
    for (let workerIndex = 0; workerIndex < this.#options.spec.workers; workerIndex += 1) {
      // Random streams are named by what came before, so that a worker without a state does not repeat the job's first.
      const life = { predecessors: version, failuresInARow: 0 };
      this.#launch(workerIndex, life, states[workerIndex] ?? null);
    }
  }

  /** Asks every worker for its state before its next rollout with parameters of `version` or newer. */
  requestStates(version: number): void {
    this.#control.requestStates(version);
  }

  /** Gives a buffer back: the credit to send another gradient. */
  returnBuffer(workerIndex: number, buffer: ArrayBuffer): void {
    this.#slots[workerIndex]?.port.postMessage(buffer, [buffer]);
    this.#control.signalReturned(workerIndex);
  }

  /** Runs a task of another entry on the spare thread, once more if that has to be ended. */
  async runBeside(entry: URL, task: object): Promise<unknown> {
    try {
      return await this.#runOnSpareThread(entry, task);
    } catch (error) {
      if (this.#isClosed || !isWorthAnotherTry(error)) throw error;
      this.#restarts += 1;
      this.#options.onRetry(error);
      return await this.#runOnSpareThread(entry, task);
    }
  }

  /** Asks the actors to end and waits for them; those that have not ended after the deadline are terminated later. */
  async stop(deadlineMs: number): Promise<void> {
    this.#isEnding = true;
    this.#control.stop();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all(this.#running), deadline]);
    clearTimeout(timer);
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#isEnding = true;
    this.#isClosed = true;
    this.#monitor.close();
    for (const { port } of this.#slots) port.close();
    // Node aborts the whole process when a thread is terminated in the midst of loading its modules.
    const loading = [...this.#terminations.keys()].map((slot) =>
      this.#control.waitForStart(slot, THREAD_START_DEADLINE_MS),
    );
    await Promise.all(loading);
    await this.#piscina.destroy();
  }

  #launch(
    workerIndex: number,
    life: Pick<WorkerSlot, 'predecessors' | 'failuresInARow'>,
    initialState: WorkerState | null = null,
  ): void {
    const { spec, environmentModule, network, shape, kernels, board, random, onGradient, onState } =
      this.#options;
    const { port1, port2 } = new MessageChannel();
    const slot: WorkerSlot = { port: port1, ...life, launchedAtMs: performance.now() };
    this.#slots[workerIndex] = slot;
    port1.on('message', (message: ArrayBuffer | WorkerState) => {
      // A replaced worker may have left messages behind.
      if (this.#slots[workerIndex] !== slot) return;
      if (!(message instanceof ArrayBuffer)) {
        onState(workerIndex, message);
        return;
      }
      const isSteady = slot.failuresInARow > 0 && performance.now() - slot.launchedAtMs > STEADY_AFTER_MS;
      if (isSteady) slot.failuresInARow = 0;
      onGradient(workerIndex, message);
    });
    const task: WorkerTask = {
      spec,
      environmentModule,
      workerIndex,
      isSynchronous: findAlgorithm(spec.algorithm).traits.learnsInRounds,
      initialState,
      network,
      shape,
      kernels,
      board,
      randomState: random.split(workerIndex).split(life.predecessors).getState(),
      buffers: countBuffersPerWorker(spec),
      control: this.#control.memory,
      port: port2,
    };
    const run = this.#supervise(workerIndex, task);
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }

  async #supervise(workerIndex: number, task: WorkerTask): Promise<void> {
    try {
      await this.#runWatched(workerIndex, task, { transferList: [task.port] });
    } catch (reason) {
      if (this.#isEnding) return;
      const error = toError(reason);
      if (!isWorthAnotherTry(error)) this.#fail(error);
      else this.#replace(workerIndex, error);
    }
  }

  async #runOnSpareThread(entry: URL, task: object): Promise<unknown> {
    const slot = this.#options.spec.workers;
    const watched: WatchedSlot = { slot, control: this.#control.memory };
    return await this.#runWatched(slot, { ...task, ...watched }, { filename: entry.href });
  }

  /** Runs a task whose calls of user code are watched; throws what it failed with, or EnvironmentTimeoutError. */
  async #runWatched(
    slot: number,
    task: object,
    options: { readonly transferList?: MessagePort[]; readonly filename?: string },
  ): Promise<unknown> {
    const termination = new AbortController();
    // Whoever ran here before may have left a call open.
    this.#control.clear(slot);
    this.#terminations.set(slot, termination);
    this.#monitor.watch(slot);
    try {
      const outcome: unknown = await this.#piscina.run(task, { ...options, signal: termination.signal });
      const { error, result } = taskOutcomeSchema.parse(outcome);
      if (error !== null) throw restoreError(error);
      return result;
    } catch (error) {
      if (termination.signal.aborted) throw new EnvironmentTimeoutError(this.#options.spec);
      if (isOutOfMemory(error)) throw new EnvironmentMemoryError(this.#options.spec, error);
      const exitCode = readExitCode(error);
      if (exitCode !== null) throw new EnvironmentExitError(this.#options.spec, exitCode);
      throw toError(error);
    } finally {
      this.#monitor.forget(slot);
      this.#terminations.delete(slot);
    }
  }

  #fail(error: Error): void {
    this.#isEnding = true;
    this.#options.onFailure(error);
  }

  #replace(workerIndex: number, error: Error): void {
    const slot = this.#slots[workerIndex];
    if (!slot) return;
    slot.port.close();
    const failuresInARow = slot.failuresInARow + 1;
    if (failuresInARow > MAX_RESTARTS_IN_A_ROW) {
      this.#fail(error);
      return;
    }
    this.#restarts += 1;
    this.#options.onRestart(workerIndex, error);
    this.#launch(workerIndex, { predecessors: slot.predecessors + 1, failuresInARow });
  }
}

/** Whether a thread died or had to be ended, and may have had bad luck; what user code threw would come again. */
function isWorthAnotherTry(error: unknown): error is Error {
  if (!(error instanceof AppError)) return error instanceof Error;
  return [EnvironmentTimeoutError, EnvironmentMemoryError, EnvironmentExitError].some(
    (kind) => error instanceof kind,
  );
}
