// A few integers in shared memory that a master and its workers signal with, cheaper than messages: the stop flag,
// which workers read once per rollout, and per worker the number of buffers returned, on which a worker out of
// buffers sleeps.

const STOP = 0;
const FIRST_WORKER = 1;

export class ControlBlock {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(workers: number, memory = new SharedArrayBuffer((FIRST_WORKER + workers) * 4)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#cells, STOP) !== 0;
  }

  /** Asks all workers to end after their rollout and wakes those that sleep. */
  stop(): void {
    Atomics.store(this.#cells, STOP, 1);
    for (let cell = FIRST_WORKER; cell < this.#cells.length; cell += 1) Atomics.notify(this.#cells, cell);
  }

  /** Buffers returned to a worker so far, modulo 2³². */
  countReturned(worker: number): number {
    return Atomics.load(this.#cells, FIRST_WORKER + worker);
  }

  /** Tells a worker that a buffer waits in its port. */
  signalReturned(worker: number): void {
    Atomics.add(this.#cells, FIRST_WORKER + worker, 1);
    Atomics.notify(this.#cells, FIRST_WORKER + worker);
  }

  /** Sleeps until more than `count` buffers were returned, or the timeout has passed. */
  waitForReturn(worker: number, count: number, timeoutMs: number): void {
    Atomics.wait(this.#cells, FIRST_WORKER + worker, count, timeoutMs);
  }
}
