// A few integers in shared memory that a master and its workers signal with, cheaper than messages: the stop flag,
// which workers read once per rollout, per worker the number of buffers returned, on which a worker out of buffers
// sleeps, and per thread whether its task has begun and how many calls of user code it began and ended.
import type { CallWatch } from '../environments/wrappers/watch-calls.ts';

const STOP = 0;
const STATE_REQUEST = 1;
const STATE_VERSION = 2;
/** Workers' cells are a cache line apart, so that one worker's signals do not slow another's. */
const FIRST_WORKER = 16;
const CELLS_PER_WORKER = 16;
const RETURNED = 0;
const SLEEPING = 1;
const CALLS_BEGUN = 2;
const CALLS_ENDED = 3;
const STARTED = 4;

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

  /** Asks all workers to end after their rollout and wakes those that sleep. */
  stop(): void {
    Atomics.store(this.#cells, STOP, 1);
    for (let cell = FIRST_WORKER; cell < this.#cells.length; cell += CELLS_PER_WORKER) {
      Atomics.notify(this.#cells, cell + RETURNED);
    }
  }

  /** For the thread of that slot: counts its calls of user code. */
  watchCalls(worker: number): CallWatch {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    return {
      begin: () => Atomics.add(this.#cells, cell + CALLS_BEGUN, 1),
      end: () => Atomics.add(this.#cells, cell + CALLS_ENDED, 1),
    };
  }

  /** Calls that have ended, or null while none is open: then nobody waits for user code. */
  readOpenCalls(worker: number): number | null {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    const ended = Atomics.load(this.#cells, cell + CALLS_ENDED);
    return Atomics.load(this.#cells, cell + CALLS_BEGUN) === ended ? null : ended;
  }

  /** For the thread of that slot, once its modules are loaded and its task begins. */
  announceStart(worker: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker + STARTED;
    Atomics.store(this.#cells, cell, 1);
    Atomics.notify(this.#cells, cell);
  }

  /** Waits, without blocking, until the task of a slot has begun, or the timeout has passed. */
  async waitForStart(worker: number, timeoutMs: number): Promise<void> {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker + STARTED;
    await Atomics.waitAsync(this.#cells, cell, 0, timeoutMs).value;
  }

  /** Forgets the thread that stood on a slot before. */
  clear(worker: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.store(this.#cells, cell + STARTED, 0);
    Atomics.store(this.#cells, cell + CALLS_BEGUN, 0);
    Atomics.store(this.#cells, cell + CALLS_ENDED, 0);
  }

  /** Asks every worker for its state at the beginning of its next rollout with parameters of `version` or newer. */
  requestStates(version: number): void {
    Atomics.store(this.#cells, STATE_VERSION, version | 0);
    Atomics.add(this.#cells, STATE_REQUEST, 1);
  }

  /** How often states have been asked for. */
  get stateRequests(): number {
    return Atomics.load(this.#cells, STATE_REQUEST);
  }

  /** Whether parameters are of the version from which on the last request counts, or newer. */
  isStateDue(version: number): boolean {
    // Modulo 2³²: versions that are compared are never half of that apart.
    return ((version - Atomics.load(this.#cells, STATE_VERSION)) | 0) >= 0;
  }

  /** Buffers returned to a worker so far, modulo 2³². */
  countReturned(worker: number): number {
    return Atomics.load(this.#cells, FIRST_WORKER + CELLS_PER_WORKER * worker + RETURNED);
  }

  /** Tells a worker that a buffer waits in its port. */
  signalReturned(worker: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.add(this.#cells, cell + RETURNED, 1);
    // Waking is a system call: it is made only for a worker that sleeps.
    if (Atomics.load(this.#cells, cell + SLEEPING) !== 0) Atomics.notify(this.#cells, cell + RETURNED);
  }

  /** The same as `waitForReturn` without blocking the thread. */
  async whenReturned(worker: number, count: number, timeoutMs: number): Promise<void> {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.store(this.#cells, cell + SLEEPING, 1);
    await Atomics.waitAsync(this.#cells, cell + RETURNED, count, timeoutMs).value;
    Atomics.store(this.#cells, cell + SLEEPING, 0);
  }

  /** Sleeps until more than `count` buffers were returned, or the timeout has passed. */
  waitForReturn(worker: number, count: number, timeoutMs: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.store(this.#cells, cell + SLEEPING, 1);
    Atomics.wait(this.#cells, cell + RETURNED, count, timeoutMs);
    Atomics.store(this.#cells, cell + SLEEPING, 0);
  }
}
