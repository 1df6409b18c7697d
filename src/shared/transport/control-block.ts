// Control block: integers in shared memory for signals between a master and its workers, cheaper than messages. It
// holds the stop flag, which workers read once for each rollout; for each worker, the number of buffers returned, on
// which a worker without buffers sleeps; and for each thread, whether its task has started, how many calls of user code
// it has started and ended, and the process that such a call may wait for.
import type { CallWatch } from '../environments/wrappers/watch-calls.ts';

const STOP = 0;
const STATE_REQUEST = 1;
const STATE_VERSION = 2;
/** The cells of two workers are a cache line apart, so that one worker's signals do not slow another. */
const FIRST_WORKER = 16;
const CELLS_PER_WORKER = 16;
const RETURNED = 0;
const SLEEPING = 1;
const CALLS_BEGUN = 2;
const CALLS_ENDED = 3;
const STARTED = 4;
const PROCESS = 5;

export class ControlBlock {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(
    workers: number,
    memory = new SharedArrayBuffer((FIRST_WORKER + CELLS_PER_WORKER * workers) * 4),
  ) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#cells, STOP) !== 0;
  }

  /** Tells all workers to end after their rollout and wakes the sleeping ones. */
  stop(): void {
    Atomics.store(this.#cells, STOP, 1);
    for (let cell = FIRST_WORKER; cell < this.#cells.length; cell += CELLS_PER_WORKER) {
      Atomics.notify(this.#cells, cell + RETURNED);
    }
  }

  /** Counts calls of user code; used by the thread of that slot. */
  watchCalls(worker: number): CallWatch {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    return {
      begin: () => Atomics.add(this.#cells, cell + CALLS_BEGUN, 1),
      end: () => Atomics.add(this.#cells, cell + CALLS_ENDED, 1),
      waitFor: (pid) => Atomics.store(this.#cells, cell + PROCESS, pid),
    };
  }

  /** Returns the number of ended calls; null if no call is open. */
  readOpenCalls(worker: number): number | null {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    const ended = Atomics.load(this.#cells, cell + CALLS_ENDED);
    return Atomics.load(this.#cells, cell + CALLS_BEGUN) === ended ? null : ended;
  }

  /** Returns the id of the process that the calls of a slot's thread wait for; null if there is none. */
  readProcess(worker: number): number | null {
    const pid = Atomics.load(this.#cells, FIRST_WORKER + CELLS_PER_WORKER * worker + PROCESS);
    return pid === 0 ? null : pid;
  }

  /** Announces that a task starts; called by the thread of that slot after it has loaded its modules. */
  announceStart(worker: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker + STARTED;
    Atomics.store(this.#cells, cell, 1);
    Atomics.notify(this.#cells, cell);
  }

  /** Waits, without blocking, until the task of a slot has started or the timeout has passed. */
  async waitForStart(worker: number, timeoutMs: number): Promise<void> {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker + STARTED;
    await Atomics.waitAsync(this.#cells, cell, 0, timeoutMs).value;
  }

  /** Resets a slot for the next thread. */
  clear(worker: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.store(this.#cells, cell + STARTED, 0);
    Atomics.store(this.#cells, cell + CALLS_BEGUN, 0);
    Atomics.store(this.#cells, cell + CALLS_ENDED, 0);
    Atomics.store(this.#cells, cell + PROCESS, 0);
  }

  /** Asks every worker for its state before its next rollout with parameters of `version` or newer. */
  requestStates(version: number): void {
    Atomics.store(this.#cells, STATE_VERSION, version | 0);
    Atomics.add(this.#cells, STATE_REQUEST, 1);
  }

  /** Number of requests for states so far. */
  get stateRequests(): number {
    return Atomics.load(this.#cells, STATE_REQUEST);
  }

  /** Whether the last request applies to parameters of this version. */
  isStateDue(version: number): boolean {
    // Modulo 2³²: compared versions are never 2³¹ apart.
    return ((version - Atomics.load(this.#cells, STATE_VERSION)) | 0) >= 0;
  }

  /** Number of buffers returned to a worker so far, modulo 2³². */
  countReturned(worker: number): number {
    return Atomics.load(this.#cells, FIRST_WORKER + CELLS_PER_WORKER * worker + RETURNED);
  }

  /** Tells a worker that a buffer is waiting in its port. */
  signalReturned(worker: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.add(this.#cells, cell + RETURNED, 1);
    // Waking is a system call, so it is done only for a sleeping worker.
    if (Atomics.load(this.#cells, cell + SLEEPING) !== 0) Atomics.notify(this.#cells, cell + RETURNED);
  }

  /** Like `waitForReturn`, but does not block the thread. */
  async whenReturned(worker: number, count: number, timeoutMs: number): Promise<void> {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.store(this.#cells, cell + SLEEPING, 1);
    await Atomics.waitAsync(this.#cells, cell + RETURNED, count, timeoutMs).value;
    Atomics.store(this.#cells, cell + SLEEPING, 0);
  }

  /** Sleeps until more than `count` buffers have been returned or the timeout has passed. */
  waitForReturn(worker: number, count: number, timeoutMs: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.store(this.#cells, cell + SLEEPING, 1);
    Atomics.wait(this.#cells, cell + RETURNED, count, timeoutMs);
    Atomics.store(this.#cells, cell + SLEEPING, 0);
  }
}
