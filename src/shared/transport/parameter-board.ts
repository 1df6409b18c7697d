// Parameter board: shared memory in which a master publishes its newest parameters for any number of workers.
// Layout: Int32 number of publications modulo 2³², Int32 fence, two float64 (the progress of each slot), two float64
// (its version), two float64 (its divergence), two float64 (its entropy coefficient), padding to 128 bytes, then two
// slots of `size` float32 each.
// Publication n is in slot n mod 2. To publish, the writer fills the slot that publication n−1 does not use and then
// stores n. Versions may be left out: a worker on another machine does not receive every one.
// A reader copies the slot of the publication it sees, and copies again if there was another one meanwhile: a slot is
// rewritten only after the number has changed. Both sides cross a fence between accessing the slot and accessing the
// number, in the order above.

const HEADER_BYTES = 128;
const PUBLICATION = 0;
const FENCE = 1;
const FIGURES_BYTES = 8;
/** Offsets among the numbers of the header, each with one for each slot; progress comes first. */
const VERSIONS = 2;
const DIVERGENCES = 4;
const ENTROPY_COEFFICIENTS = 6;
const FIGURES = 8;

/** Values that are published with a version. */
export interface VersionMetrics {
  /** Finished fraction of the job's steps. */
  readonly progress?: number;
  /** Mean approximate KL divergence of the round before this version. */
  readonly approximateKl?: number;
  /** Weight of the entropy bonus. */
  readonly entropyCoefficient?: number;
}

export class ParameterBoard {
  /** Memory to give to workers: `new ParameterBoard(size, memory)` opens the same board there. */
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #figures: Float64Array;
  readonly #slots: readonly [Float32Array, Float32Array];
  #progressRead = 0;
  #divergenceRead = Number.NaN;
  #entropyCoefficientRead = 0;

  constructor(size: number, memory = new SharedArrayBuffer(HEADER_BYTES + 2 * size * 4)) {
    this.memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#figures = new Float64Array(memory, FIGURES_BYTES, FIGURES);
    this.#slots = [
      new Float32Array(memory, HEADER_BYTES, size),
      new Float32Array(memory, HEADER_BYTES + size * 4, size),
    ];
  }

  /** Number of parameters. */
  get size(): number {
    return this.#slots[0].length;
  }

  /** Number of updates applied to the parameters on the board. */
  get version(): number {
    for (;;) {
      const seen = Atomics.load(this.#header, PUBLICATION);
      const version = this.#figures[VERSIONS + (seen & 1)]!;
      if (this.#isStill(seen)) return version;
    }
  }

  /** Whether the published version differs from `known`, the last one read. */
  isNewerThan(known: number): boolean {
    return this.version !== known;
  }

  /** Progress of training, from 0 to 1, when the parameters last read were published. */
  get progress(): number {
    return this.#progressRead;
  }

  /** Weight of the entropy bonus since the parameters last read were published. */
  get entropyCoefficient(): number {
    return this.#entropyCoefficientRead;
  }

  /** Divergence of the policies in the round before the parameters last read; NaN if not measured. */
  get approximateKl(): number {
    return this.#divergenceRead;
  }

  /**
   * Publishes a newer version, with the progress for schedules and the divergence of the round before it. Only one
   * thread calls this.
   */
  publish(
    parameters: Float32Array,
    version: number,
    { progress = 0, approximateKl = Number.NaN, entropyCoefficient = 0 }: VersionMetrics = {},
  ): void {
    const publication = (Atomics.load(this.#header, PUBLICATION) + 1) | 0;
    const slot = (publication & 1) === 0 ? 0 : 1;
    // A reader of this slot must see that the number has changed before the slot changes.
    Atomics.add(this.#header, FENCE, 0);
    this.#slots[slot].set(parameters);
    this.#figures[slot] = progress;
    this.#figures[VERSIONS + slot] = version;
    this.#figures[DIVERGENCES + slot] = approximateKl;
    this.#figures[ENTROPY_COEFFICIENTS + slot] = entropyCoefficient;
    Atomics.store(this.#header, PUBLICATION, publication);
    Atomics.notify(this.#header, PUBLICATION);
  }

  /** Copies the newest parameters into `target` and returns their version. */
  read(target: Float32Array): number {
    for (;;) {
      const seen = Atomics.load(this.#header, PUBLICATION);
      const slot = seen & 1;
      target.set(this.#slots[slot]!);
      this.#progressRead = this.#figures[slot]!;
      this.#divergenceRead = this.#figures[DIVERGENCES + slot]!;
      this.#entropyCoefficientRead = this.#figures[ENTROPY_COEFFICIENTS + slot]!;
      const version = this.#figures[VERSIONS + slot]!;
      if (this.#isStill(seen)) return version;
    }
  }

  /** Like `waitForChange`, but does not block the thread. */
  async whenChanged(version: number, timeoutMs: number): Promise<void> {
    const seen = Atomics.load(this.#header, PUBLICATION);
    if (this.isNewerThan(version)) return;
    await Atomics.waitAsync(this.#header, PUBLICATION, seen, timeoutMs).value;
  }

  /** Sleeps until the version differs from `version` or the timeout has passed. */
  waitForChange(version: number, timeoutMs: number): void {
    const seen = Atomics.load(this.#header, PUBLICATION);
    if (!this.isNewerThan(version)) Atomics.wait(this.#header, PUBLICATION, seen, timeoutMs);
  }

  #isStill(seen: number): boolean {
    // A read-modify-write stops processors with weak ordering from reading the number before the copy is done.
    Atomics.add(this.#header, FENCE, 0);
    return Atomics.load(this.#header, PUBLICATION) === seen;
  }
}
