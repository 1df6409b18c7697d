// Worker host on threads of this process: a piscina pool that runs one long actor task per worker and short evaluations
// beside them. A thread whose environment hangs is terminated.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { z } from 'zod';
import { errorRecordSchema } from '../../shared/errors/error-record-schema.ts';
import { restoreError, toError } from '../../shared/errors/error-record.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { resolveEntry } from '../../shared/program-files/resolve-entry.ts';
import type { TaskOutcome, WorkerAssignment, WorkerTask } from '../../shared/protocol/worker-task.ts';
import type { WorkerPresence, WorkerState } from '../../shared/protocol/worker-state.ts';
import { ControlBlock } from '../../shared/transport/control-block.ts';
import { episodeOutcomesSchema, type EpisodeOutcomes } from '../evaluation/episode-outcomes.ts';
import type { EvaluationAssignment, EvaluationTask } from '../evaluation/evaluation-task.ts';
import type { RunLogger } from '../machine.ts';
import { CallMonitor } from './call-monitor.ts';
import { EnvironmentExitError, readExitCode } from './environment-exit-error.ts';
import { EnvironmentMemoryError, isOutOfMemory } from './environment-memory-error.ts';
import { EnvironmentTimeoutError } from './environment-timeout-error.ts';
import type { HostedWorker, WorkerHost, WorkerListener } from './worker-host.ts';

/** How long a thread may take to load its modules on a busy machine. */
const THREAD_START_DEADLINE_MS = 5_000;

export interface ThreadWorkerHostOptions {
  readonly spec: JobSpec;
  readonly kernels: WebAssembly.Module;
  /** Memory of the parameter board that workers read. */
  readonly board: SharedArrayBuffer;
  /** The workers that run here, by their indices in the job: `first` and those after it. */
  readonly workers: { readonly first: number; readonly count: number };
  readonly logger: RunLogger;
}

const taskOutcomeSchema: z.ZodType<TaskOutcome> = z.object({
  error: errorRecordSchema.nullable(),
  result: z.unknown().optional(),
});

export class ThreadWorkerHost implements WorkerHost {
  readonly #options: ThreadWorkerHostOptions;
  readonly #piscina: Piscina;
  readonly #control: ControlBlock;
  readonly #monitor: CallMonitor;
  readonly #ports = new Set<MessagePort>();
  /** Slots whose workers wait for remote environments. */
  readonly #waiting = new Set<number>();
  /** Terminates the task of a slot. */
  readonly #terminations = new Map<number, AbortController>();

  constructor(options: ThreadWorkerHostOptions) {
    const { environmentTimeoutSeconds } = options.spec;
    // The last slot is for evaluations.
    const control = new ControlBlock(options.workers.count + 1);
    const terminations = this.#terminations;
    this.#options = options;
    this.#control = control;
    this.#monitor = new CallMonitor({
      timeoutSeconds: environmentTimeoutSeconds,
      readOpenCalls: (slot) => control.readOpenCalls(slot),
      onTimeout: (slot) => {
        this.#endProcess(slot);
        terminations.get(slot)?.abort();
      },
    });
    this.#piscina = createPool(options);
  }

  start(assignment: WorkerAssignment, listener: WorkerListener): HostedWorker {
    const { kernels, board, workers } = this.#options;
    const slot = assignment.origin.worker - workers.first;
    const control = this.#control;
    const { port1: port, port2 } = new MessageChannel();
    this.#ports.add(port);
    if (this.#waiting.delete(slot)) listener.onPresence?.(true);
    port.on('message', (message: ArrayBuffer | WorkerState | WorkerPresence) => {
      if (message instanceof ArrayBuffer) listener.onGradient(message);
      else if ('type' in message) this.#notePresence(slot, message, listener);
      else listener.onState(message);
    });
    const memory = { board, control: control.memory };
    const task: WorkerTask = { ...assignment, slot, kernels, ...memory, port: port2 };
    return {
      ended: this.#run(slot, task, { transferList: [port2] }).then(() => undefined),
      returnBuffer: (buffer) => {
        port.postMessage(buffer, [buffer]);
        control.signalReturned(slot);
      },
      disconnect: () => {
        // Otherwise messages that have already arrived would still be received.
        port.removeAllListeners('message');
        port.close();
        this.#ports.delete(port);
      },
    };
  }

  async evaluate(assignment: EvaluationAssignment): Promise<EpisodeOutcomes> {
    const { workers, kernels } = this.#options;
    const slot = workers.count;
    const task: EvaluationTask = { ...assignment, kernels, slot, control: this.#control.memory };
    const { href: filename } = resolveEntry('../evaluation/evaluation-task', import.meta.url);
    return episodeOutcomesSchema.parse(await this.#run(slot, task, { filename }));
  }

  requestStates(version: number): void {
    this.#control.requestStates(version);
  }

  stop(): void {
    this.#control.stop();
  }

  async close(): Promise<void> {
    this.#monitor.close();
    for (const port of this.#ports) port.close();
    // Node aborts the whole process when a thread is terminated while it loads its modules.
    const loading = [...this.#terminations.keys()].map((slot) =>
      this.#control.waitForStart(slot, THREAD_START_DEADLINE_MS),
    );
    await Promise.all(loading);
    // Only of tasks that run: the process of an earlier one is gone, and its id may be another's.
    for (const slot of this.#terminations.keys()) this.#endProcess(slot);
    await this.#piscina.destroy();
  }

  /** Kills the process that a thread waits for: a blocked thread cannot be terminated. */
  #endProcess(slot: number): void {
    const pid = this.#control.readProcess(slot);
    if (pid === null) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  #notePresence(slot: number, { isPresent, state }: WorkerPresence, listener: WorkerListener): void {
    if (isPresent) this.#waiting.delete(slot);
    else this.#waiting.add(slot);
    listener.onPresence?.(isPresent, state);
  }

  /** Runs a task whose calls of user code are watched; throws what it failed with. */
  async #run(
    slot: number,
    task: WorkerTask | EvaluationTask,
    options: { readonly transferList?: MessagePort[]; readonly filename?: string },
  ): Promise<unknown> {
    const termination = new AbortController();
    // The previous task of this slot may have left a call open.
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
}

function createPool({ spec, workers, logger }: ThreadWorkerHostOptions): Piscina {
  const pool = new Piscina({
    filename: resolveEntry('../../worker/main', import.meta.url).href,
    // The additional thread is for evaluations, so that they never wait for a worker to end.
    minThreads: workers.count,
    maxThreads: workers.count + 1,
    concurrentTasksPerWorker: 1,
    // A thread that is terminated just before it begins to wait by Atomics.wait, waits for ever: Node loses the
    // termination. Tasks here are long, so what Atomics would save is nothing.
    atomics: 'disabled',
    idleTimeout: 60_000,
    // An environment whose memory grows without limit must not crash the process with all its workers.
    resourceLimits: { maxOldGenerationSizeMb: spec.environmentMemoryMegabytes },
  });
  // A thread that crashes between tasks loses nothing; the next task starts another.
  pool.on('error', (error: unknown) => {
    logger.warn({ err: toError(error) }, 'idle thread failed');
  });
  return pool;
}
