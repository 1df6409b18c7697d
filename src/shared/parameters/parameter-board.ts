// The parameter board: how one master shows its newest parameters to any number of workers in shared memory.
//
// Layout: Int32 version, Int32 fence, two float64 (the progress of either slot), padding to 64 bytes, then two slots of
// `size` float32 each. Version v stands in slot v mod 2.
// Writing version v fills the slot that v−1 does not use and then stores v. A reader copies the slot of the version
// it sees and copies again unless the version is still the same: a slot is rewritten only after the version moved on.

const HEADER_BYTES = 64;
const VERSION = 0;
const FENCE = 1;
const PROGRESS_BYTES = 8;

export class ParameterBoard {
  /** What workers are given: `new ParameterBoard(size, memory)` on their side sees the same board. */
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #progress: Float64Array;
  readonly #slots: readonly [Float32Array, Float32Array];
  #progressRead = 0;

  constructor(size: number, memory = new SharedArrayBuffer(HEADER_BYTES + 2 * size * 4)) {
    this.memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#progress = new Float64Array(memory, PROGRESS_BYTES, 2);
    this.#slots = [
      new Float32Array(memory, HEADER_BYTES, size),
      new Float32Array(memory, HEADER_BYTES + size * 4, size),
    ];
  }

  /** Number of updates applied to the parameters on the board. */
  get version(): number {
    return Atomics.load(this.#header, VERSION);
  }

  /** How far training had come, from 0 to 1, when the parameters last read were published. */
  get progress(): number {
    return this.#progressRead;
  }

  /** Publishes the next version with the progress that schedules go by; only the master calls this. */
  publish(parameters: Float32Array, version: number, progress = 0): void {
    this.#slots[version & 1]!.set(parameters);
    this.#progress[version & 1] = progress;
    Atomics.store(this.#header, VERSION, version);
    Atomics.notify(this.#header, VERSION);
  }

  /** Copies the newest parameters into `target` and returns their version. */
  read(target: Float32Array): number {
    for (;;) {
      const version = this.version;
      target.set(this.#slots[version & 1]!);
      this.#progressRead = this.#progress[version & 1]!;
      // A read-modify-write keeps processors with weak ordering from looking at the version before the copy is done.
      Atomics.add(this.#header, FENCE, 0);
      if (this.version === version) return version;
    }
  }

  /** Sleeps until the version differs from `version`, or the timeout has passed. */
  waitForChange(version: number, timeoutMs: number): void {
    Atomics.wait(this.#header, VERSION, version, timeoutMs);
  }
}
