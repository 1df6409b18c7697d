// A few integers in shared memory that a master and its workers signal with, cheaper than messages: the stop flag,
// which workers read once per rollout, and per worker the number of buffers returned, on which a worker out of
// buffers sleeps.

const STOP = 0;
/** Workers' cells are a cache line apart, so that one worker's signals do not slow another's. */
const FIRST_WORKER = 16;
const CELLS_PER_WORKER = 16;
const RETURNED = 0;
const SLEEPING = 1;

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

  /** Sleeps until more than `count` buffers were returned, or the timeout has passed. */
  waitForReturn(worker: number, count: number, timeoutMs: number): void {
    const cell = FIRST_WORKER + CELLS_PER_WORKER * worker;
    Atomics.store(this.#cells, cell + SLEEPING, 1);
    Atomics.wait(this.#cells, cell + RETURNED, count, timeoutMs);
    Atomics.store(this.#cells, cell + SLEEPING, 0);
  }
}
