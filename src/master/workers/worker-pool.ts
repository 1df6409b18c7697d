// The worker threads of one job: a piscina pool that runs one long actor task per worker and short evaluations beside
// them. A worker that fails is replaced by another on the same place, with a port and a random stream of its own.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { GradientBufferShape } from '../../shared/protocol/gradient-buffer.ts';
import type { WorkerTask } from '../../shared/protocol/worker-task.ts';
import type { Random } from '../../shared/random/random.ts';
import { ControlBlock } from '../../shared/transport/control-block.ts';
import { resolveEntry } from '../../shared/transport/entry-url.ts';

/** Restarts of one worker in a row, without a gradient in between, after which the job fails. */
const MAX_RESTARTS_WITHOUT_PROGRESS = 3;

/**
 * Gradients a worker may have on the way. Fewer starve it while it waits for the master to wake, more only make
 * gradients staler; short rollouts need more of them, since less time passes from one to the next (bench/README.md).
 * A gradient of ddpg takes longer to compute than to travel: the next one is computed while the only buffer is away.
 */
export function countBuffersPerWorker({ algorithm, rolloutLength, environmentsPerWorker }: JobSpec): number {
  if (algorithm === 'ddpg') return 1;
  return rolloutLength * environmentsPerWorker < SHORT_ROLLOUT_STEPS ? 8 : 4;
}

const SHORT_ROLLOUT_STEPS = 100;

export interface WorkerPoolOptions {
  readonly spec: JobSpec;
  readonly shape: GradientBufferShape;
  readonly kernels: WebAssembly.Module;
  readonly board: SharedArrayBuffer;
  readonly random: Random;
  /** Called for every gradient buffer; whoever takes it gives it back with `returnBuffer`. */
  readonly onGradient: (workerIndex: number, buffer: ArrayBuffer) => void;
  /** Called when a thread without a task dies. */
  readonly onThreadError: (error: Error) => void;
  readonly onRestart: (workerIndex: number, error: Error) => void;
  /** Called once when a worker fails again and again. */
  readonly onFailure: (error: Error) => void;
}

interface Place {
  readonly port: MessagePort;
  /** How many workers stood here before: each draws its own random numbers. */
  readonly predecessors: number;
  failuresWithoutProgress: number;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #piscina: Piscina;
  readonly #control: ControlBlock;
  readonly #places: Place[] = [];
  readonly #running = new Set<Promise<void>>();
  #restarts = 0;
  #isEnding = false;

  constructor(options: WorkerPoolOptions) {
    const { workers } = options.spec;
    this.#options = options;
    this.#control = new ControlBlock(workers);
    this.#piscina = new Piscina({
      filename: resolveEntry('../../worker/main', import.meta.url).href,
      // One thread more for evaluations, so that they never wait for an actor to end.
      minThreads: workers,
      maxThreads: workers + 1,
      concurrentTasksPerWorker: 1,
      idleTimeout: 60_000,
    });
    // A thread that dies between tasks: nothing is lost, and the next task starts another.
    this.#piscina.on('error', (error: Error) => {
      options.onThreadError(error);
    });
  }

  /** Workers replaced so far. */
  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    for (let workerIndex = 0; workerIndex < this.#options.spec.workers; workerIndex += 1) {
      this.#launch(workerIndex, { predecessors: 0, failuresWithoutProgress: 0 });
    }
  }

  /** Gives a buffer back: the credit to send another gradient. */
  returnBuffer(workerIndex: number, buffer: ArrayBuffer): void {
    this.#places[workerIndex]?.port.postMessage(buffer, [buffer]);
    this.#control.signalReturned(workerIndex);
  }

  /** Runs a task of another entry on the spare thread. */
  async runBeside(entry: URL, task: object): Promise<unknown> {
    const result: unknown = await this.#piscina.run(task, { filename: entry.href });
    return result;
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
    for (const { port } of this.#places) port.close();
    await this.#piscina.destroy();
  }

  #launch(workerIndex: number, life: Omit<Place, 'port'>): void {
    const { spec, shape, kernels, board, random, onGradient } = this.#options;
    const { port1, port2 } = new MessageChannel();
    const place: Place = { port: port1, ...life };
    this.#places[workerIndex] = place;
    port1.on('message', (buffer: ArrayBuffer) => {
      // A replaced worker may have left messages behind.
      if (this.#places[workerIndex] !== place) return;
      place.failuresWithoutProgress = 0;
      onGradient(workerIndex, buffer);
    });
    const task: WorkerTask = {
      spec,
      workerIndex,
      shape,
      kernels,
      board,
      randomState: random.split(workerIndex).split(life.predecessors).getState(),
      buffers: countBuffersPerWorker(spec),
      control: this.#control.memory,
      port: port2,
    };
    const run = this.#supervise(workerIndex, this.#piscina.run(task, { transferList: [port2] }));
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }

  async #supervise(workerIndex: number, task: Promise<unknown>): Promise<void> {
    try {
      await task;
    } catch (reason) {
      if (this.#isEnding) return;
      this.#replace(workerIndex, reason instanceof Error ? reason : new Error(String(reason)));
    }
  }

  #replace(workerIndex: number, error: Error): void {
    const place = this.#places[workerIndex];
    if (!place) return;
    place.port.close();
    const failuresWithoutProgress = place.failuresWithoutProgress + 1;
    if (failuresWithoutProgress > MAX_RESTARTS_WITHOUT_PROGRESS) {
      this.#isEnding = true;
      this.#options.onFailure(error);
      return;
    }
    this.#restarts += 1;
    this.#options.onRestart(workerIndex, error);
    this.#launch(workerIndex, { predecessors: place.predecessors + 1, failuresWithoutProgress });
  }
}
