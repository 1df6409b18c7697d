// Seeded, splittable pseudo-random numbers: xoshiro128++ (Blackman & Vigna 2019), seeded through SplitMix32.

/** Finalizer of SplitMix32: spreads every bit of a 32-bit word over the whole word. */
function mix(word: number): number {
  let z = word | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

const GOLDEN_GAMMA = 0x9e3779b9;

/** Stream of random numbers. Streams with the same seed and splits are equal, number by number. */
export class Random {
  readonly #state: Uint32Array;
  #spareNormal = Number.NaN;

  private constructor(state: Uint32Array) {
    this.#state = state;
  }

  /** Creates a stream from an integer seed of up to 53 bits. */
  static fromSeed(seed: number): Random {
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32) >>> 0;
    const state = new Uint32Array(4);
    let counter = mix(low) ^ mix(high ^ GOLDEN_GAMMA);
    for (let index = 0; index < 4; index += 1) {
      counter = (counter + GOLDEN_GAMMA) | 0;
      state[index] = mix(counter ^ (index < 2 ? low : high));
    }
    // An all-zero state would be a fixed point of the generator.
    if (state.every((word) => word === 0)) state[0] = 1;
    return new Random(state);
  }

  /** Creates a stream from a state read with `getState`. */
  static fromState(state: readonly number[]): Random {
    if (state.length !== 4 && state.length !== 5) {
      throw new RangeError(`a random state has 4 or 5 numbers, not ${state.length}`);
    }
    const random = new Random(Uint32Array.from(state.slice(0, 4)));
    random.#spareNormal = state[4] ?? Number.NaN;
    return random;
  }

  /**
   * Returns numbers from which `fromState` continues the stream exactly: four words and, if there is one, a stored
   * normal number.
   */
  getState(): number[] {
    // JSON, used by checkpoints, has no NaN, so a missing normal number is left out.
    return Number.isNaN(this.#spareNormal) ? [...this.#state] : [...this.#state, this.#spareNormal];
  }

  /** Continues from a state read with `getState`. */
  setState(state: readonly number[]): void {
    const other = Random.fromState(state);
    this.#state.set(other.#state);
    this.#spareNormal = other.#spareNormal;
  }

  /** Returns an independent stream named by `label`. Splitting does not advance this stream. */
  split(label: number): Random {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const key = mix(label + GOLDEN_GAMMA);
    const state = Uint32Array.of(
      mix(a ^ key),
      mix(b + key),
      mix(c ^ mix(key)),
      mix(d + mix(key ^ GOLDEN_GAMMA)),
    );
    if (state.every((word) => word === 0)) state[0] = 1;
    return new Random(state);
  }

  /** Returns a uniform 32-bit unsigned integer. */
  nextUint32(): number {
    const state = this.#state;
    const s0 = state[0]!;
    let s1 = state[1]!;
    let s2 = state[2]!;
    let s3 = state[3]!;
    const sum = (s0 + s3) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    state[0] = s0 ^ s3;
    state[1] = s1;
    state[2] = s2 ^ shifted;
    state[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  /** Returns a uniform number in [0, 1) with 24 bits, exactly representable in float32. */
  nextFloat(): number {
    return (this.nextUint32() >>> 8) * 2 ** -24;
  }

  /** Returns a uniform number in [low, high). */
  nextUniform(low: number, high: number): number {
    const fraction = (this.nextUint32() * 2 ** 21 + (this.nextUint32() >>> 11)) * 2 ** -53;
    return low + (high - low) * fraction;
  }

  /** Returns a uniform integer in [0, bound). */
  nextInteger(bound: number): number {
    return Math.floor(this.nextUniform(0, bound));
  }

  /** Returns a standard normal number (Marsaglia's polar method). */
  nextNormal(): number {
    const spare = this.#spareNormal;
    if (!Number.isNaN(spare)) {
      this.#spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = this.nextUniform(-1, 1);
      const y = this.nextUniform(-1, 1);
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spareNormal = y * scale;
        return x * scale;
      }
    }
  }

  /** Fills `target` with standard normal numbers. */
  fillNormal(target: Float32Array): void {
    for (let index = 0; index < target.length; index += 1) target[index] = this.nextNormal();
  }

  /** Fills `target` with uniform numbers in [0, 1). */
  fillUniform(target: Float32Array): void {
    for (let index = 0; index < target.length; index += 1) target[index] = this.nextFloat();
  }
}
