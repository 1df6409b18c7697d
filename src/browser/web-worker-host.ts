// Worker host on Web Workers: one for each worker, and one more for evaluations. One whose environment hangs is
// terminated.
import { episodeOutcomesSchema, type EpisodeOutcomes } from '../master/evaluation/episode-outcomes.ts';
import type { EvaluationAssignment } from '../master/evaluation/evaluation-task.ts';
import type { WorkerHostContext } from '../master/machine.ts';
import { CallMonitor } from '../master/workers/call-monitor.ts';
import { EnvironmentTimeoutError } from '../master/workers/environment-timeout-error.ts';
import type { HostedWorker, WorkerHost, WorkerListener } from '../master/workers/worker-host.ts';
import { restoreError } from '../shared/errors/error-record.ts';
import type { TaskOutcome, WorkerAssignment } from '../shared/protocol/worker-task.ts';
import type { WorkerState } from '../shared/protocol/worker-state.ts';
import { ControlBlock } from '../shared/transport/control-block.ts';
import type { ActorTask } from './messages.ts';

/** What an actor sends. */
type ActorMessage = ArrayBuffer | WorkerState | TaskOutcome;

/** A task that runs in a Web Worker of its own. */
interface RunningTask {
  readonly worker: Worker;
  readonly end: PromiseWithResolvers<unknown>;
}

export class WebWorkerHost implements WorkerHost {
  readonly #context: WorkerHostContext;
  readonly #control: ControlBlock;
  readonly #monitor: CallMonitor;
  readonly #running = new Map<number, RunningTask>();
  /** Web Workers whose task has ended; the next one takes less time with them. */
  readonly #idle: Worker[] = [];

  constructor(context: WorkerHostContext) {
    const { workers, environmentTimeoutSeconds } = context.spec;
    // The last slot is for evaluations.
    const control = new ControlBlock(workers + 1);
    this.#context = context;
    this.#control = control;
    this.#monitor = new CallMonitor({
      timeoutSeconds: environmentTimeoutSeconds,
      readOpenCalls: (slot) => control.readOpenCalls(slot),
      onTimeout: (slot) => {
        this.#running.get(slot)?.end.reject(new EnvironmentTimeoutError(context.spec));
      },
    });
  }

  start(assignment: WorkerAssignment, listener: WorkerListener): HostedWorker {
    const { worker: slot } = assignment.origin;
    const { kernels, board } = this.#context;
    const control = this.#control;
    let isConnected = true;
    const memory = { board: board.memory, control: control.memory };
    const ended = this.#run({ type: 'act', assignment, slot, kernels, ...memory }, (message) => {
      if (!isConnected) return;
      if (message instanceof ArrayBuffer) listener.onGradient(message);
      else listener.onState(message);
    });
    return {
      ended: ended.then(() => undefined),
      // The worker kept its buffer and sent a copy of it (see CopyingBufferPort).
      returnBuffer: () => {
        control.signalReturned(slot);
      },
      disconnect: () => {
        isConnected = false;
      },
    };
  }

  async evaluate(assignment: EvaluationAssignment): Promise<EpisodeOutcomes> {
    const { spec, kernels } = this.#context;
    const { memory: control } = this.#control;
    const result = await this.#run({
      type: 'evaluate',
      assignment,
      slot: spec.workers,
      kernels,
      control,
    });
    return episodeOutcomesSchema.parse(result);
  }

  requestStates(version: number): void {
    this.#control.requestStates(version);
  }

  stop(): void {
    this.#control.stop();
  }

  async close(): Promise<void> {
    this.#monitor.close();
    for (const worker of this.#idle.splice(0)) worker.terminate();
    for (const { worker, end } of this.#running.values()) {
      worker.terminate();
      end.reject(new Error('the run has ended'));
    }
  }

  /** Runs a task whose calls of user code are watched; resolves with its result, or throws what it failed with. */
  async #run(
    task: ActorTask,
    onMessage: (message: ArrayBuffer | WorkerState) => void = () => undefined,
  ): Promise<unknown> {
    const { slot } = task;
    const worker = this.#idle.pop() ?? openActor();
    const end = Promise.withResolvers<unknown>();
    const listening = new AbortController();
    worker.addEventListener(
      'message',
      ({ data: message }: { readonly data: ActorMessage }) => {
        if (message instanceof ArrayBuffer || !('error' in message)) onMessage(message);
        else if (message.error === null) end.resolve(message.result);
        else end.reject(restoreError(message.error));
      },
      listening,
    );
    worker.addEventListener(
      'error',
      ({ message }) => {
        end.reject(new Error(`a Web Worker ended: ${message || 'its script cannot be loaded'}`));
      },
      listening,
    );
    // The previous task of this slot may have left a call open.
    this.#control.clear(slot);
    this.#running.set(slot, { worker, end });
    this.#monitor.watch(slot);
    worker.postMessage(task);
    try {
      const result = await end.promise;
      this.#idle.push(worker);
      return result;
    } catch (error) {
      worker.terminate();
      throw error;
    } finally {
      listening.abort();
      this.#monitor.forget(slot);
      this.#running.delete(slot);
    }
  }
}

function openActor(): Worker {
  return new Worker(new URL('./actor.js', import.meta.url), { type: 'module', name: 'a3c actor' });
}
