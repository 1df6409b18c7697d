// The parameter board: how one master shows its newest parameters to any number of workers in shared memory.
//
// Layout: Int32 version modulo 2³², Int32 fence, two float64 (the progress of either slot), two float64 (its version), two
// float64 (the divergence that came with it), padding to 64 bytes, then two slots of `size` float32 each. Version v stands
// in slot v mod 2.
// Writing version v fills the slot that v−1 does not use and then stores v. A reader copies the slot of the version
// it sees and copies again unless the version is still the same: a slot is rewritten only after the version moved on.
// Either side crosses a fence between what it does to the slot and what it does to the version, in the order above.

const HEADER_BYTES = 64;
const VERSION = 0;
const FENCE = 1;
const FIGURES_BYTES = 8;
/** Where versions and divergences begin among the figures; progress comes first. */
const VERSIONS = 2;
const DIVERGENCES = 4;

/** What is published with a version. */
export interface PublishedFigures {
  /** Share of the job's steps that is done. */
  readonly progress?: number;
  /** Mean approximate KL divergence of the round that led to the version. */
  readonly approximateKl?: number;
}

export class ParameterBoard {
  /** What workers are given: `new ParameterBoard(size, memory)` on their side sees the same board. */
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #figures: Float64Array;
  readonly #slots: readonly [Float32Array, Float32Array];
  #progressRead = 0;
  #divergenceRead = Number.NaN;

  constructor(size: number, memory = new SharedArrayBuffer(HEADER_BYTES + 2 * size * 4)) {
    this.memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#figures = new Float64Array(memory, FIGURES_BYTES, 6);
    this.#slots = [
      new Float32Array(memory, HEADER_BYTES, size),
      new Float32Array(memory, HEADER_BYTES + size * 4, size),
    ];
  }

  /** Number of updates applied to the parameters on the board. */
  get version(): number {
    for (;;) {
      const seen = Atomics.load(this.#header, VERSION);
      const version = this.#figures[VERSIONS + (seen & 1)]!;
      if (this.#isStill(seen)) return version;
    }
  }

  /** Whether the parameters on the board are of another version than `known`, the last one read. */
  isNewerThan(known: number): boolean {
    return Atomics.load(this.#header, VERSION) !== (known | 0);
  }

  /** How far training had come, from 0 to 1, when the parameters last read were published. */
  get progress(): number {
    return this.#progressRead;
  }

  /** How far the policy of the round that led to the parameters last read had moved; NaN where nobody measured it. */
  get approximateKl(): number {
    return this.#divergenceRead;
  }

  /**
   * Publishes the next version with the progress that schedules go by and the divergence of the round that led to it; only
   * the master calls this.
   */
  publish(
    parameters: Float32Array,
    version: number,
    { progress = 0, approximateKl = Number.NaN }: PublishedFigures = {},
  ): void {
    const slot = version % 2 === 0 ? 0 : 1;
    // Whoever still reads this slot sees that the version moved on before any of it changes.
    Atomics.add(this.#header, FENCE, 0);
    this.#slots[slot].set(parameters);
    this.#figures[slot] = progress;
    this.#figures[VERSIONS + slot] = version;
    this.#figures[DIVERGENCES + slot] = approximateKl;
    Atomics.store(this.#header, VERSION, version | 0);
    Atomics.notify(this.#header, VERSION);
  }

  /** Copies the newest parameters into `target` and returns their version. */
  read(target: Float32Array): number {
    for (;;) {
      const seen = Atomics.load(this.#header, VERSION);
      const slot = seen & 1;
      target.set(this.#slots[slot]!);
      this.#progressRead = this.#figures[slot]!;
      this.#divergenceRead = this.#figures[DIVERGENCES + slot]!;
      const version = this.#figures[VERSIONS + slot]!;
      if (this.#isStill(seen)) return version;
    }
  }

  /** The same without blocking the thread. */
  async whenChanged(version: number, timeoutMs: number): Promise<void> {
    await Atomics.waitAsync(this.#header, VERSION, version | 0, timeoutMs).value;
  }

  /** Sleeps until the version differs from `version`, or the timeout has passed. */
  waitForChange(version: number, timeoutMs: number): void {
    Atomics.wait(this.#header, VERSION, version | 0, timeoutMs);
  }

  #isStill(seen: number): boolean {
    // A read-modify-write keeps processors with weak ordering from looking at the version before the copy is done.
    Atomics.add(this.#header, FENCE, 0);
    return Atomics.load(this.#header, VERSION) === seen;
  }
}
