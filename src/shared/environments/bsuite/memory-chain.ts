// MemoryChain: remember a bit until it is asked for. bsuite's `memory_chain` (Osband et al. 2020, arXiv 1908.03568).
import type { Random } from '../../random/random.ts';
import { defineWithSettings } from '../environment-settings.ts';
import type { RestorableEnvironment } from '../environment.ts';
import type { Scene } from '../scene.ts';
import { drawCells } from './draw-cells.ts';

/**
 * Bits are shown at the start of an episode and one of them, the query, is asked for at its end, `length` steps later.
 * Observation: 1 − t/length, the query's index at t = length − 1 (else 0), and at t = 0 the bits as ±1 (else 0). As in
 * bsuite, the first step shows t = 0 once more, and each later step shows t one later.
 * The last action, step `length` + 1, gives +1 if it is the bit asked for and −1 if not; other rewards are 0.
 */
class MemoryChain implements RestorableEnvironment {
  terminated = false;
  readonly #length: number;
  readonly #bits: number[];
  #query = 0;
  /** Steps so far, and the t that is shown. */
  #steps = 0;

  constructor({ length, bits }: { readonly length: number; readonly bits: number }) {
    this.#length = length;
    this.#bits = Array.from({ length: bits }, () => 0);
  }

  reset(random: Random): void {
    for (let bit = 0; bit < this.#bits.length; bit += 1) this.#bits[bit] = random.nextInteger(2);
    this.#query = random.nextInteger(this.#bits.length);
    this.#steps = 0;
    this.terminated = false;
  }

  step(actions: Float32Array, offset: number): number {
    if (this.terminated) return 0;
    this.#steps += 1;
    if (this.#steps <= this.#length) return 0;
    this.terminated = true;
    return actions[offset] === this.#bits[this.#query] ? 1 : -1;
  }

  observe(target: Float32Array, offset: number): void {
    const bits = this.#bits;
    const time = Math.max(0, this.#steps - 1);
    target[offset] = 1 - time / this.#length;
    target[offset + 1] = time === this.#length - 1 ? this.#query : 0;
    for (let bit = 0; bit < bits.length; bit += 1) {
      target[offset + 2 + bit] = time === 0 ? 2 * bits[bit]! - 1 : 0;
    }
  }

  getState(): number[] {
    return [this.#steps, this.#query, ...this.#bits];
  }

  setState([steps = 0, query = 0, ...bits]: readonly number[]): void {
    this.#steps = steps;
    this.#query = query;
    for (let bit = 0; bit < this.#bits.length; bit += 1) this.#bits[bit] = bits[bit]!;
    this.terminated = false;
  }

  /** The bits, dark while they are hidden, and a bar of the time that is left. */
  render(): Scene {
    const isShown = this.#steps <= 1;
    return drawCells(
      this.#bits.map((bit) => (isShown ? (bit === 1 ? 'good' : 'bad') : 'muted')),
      {
        left: 1 - this.#steps / (this.#length + 1),
        marked: this.#steps >= this.#length ? this.#query : null,
      },
    );
  }
}

export const memoryChain = defineWithSettings(
  'MemoryChain-v0',
  { length: { default: 20, min: 1, max: 10_000 }, bits: { default: 1, min: 1, max: 100 } },
  (read) => {
    const [length, bits] = [read('length'), read('bits')];
    const rest = Array.from({ length: bits }, () => 1);
    return {
      description: `Remember ${bits === 1 ? 'a bit' : `${bits} bits`} for ${length} steps (bsuite's memory_chain)`,
      observationSpace: {
        type: 'box',
        shape: [2 + bits],
        low: [0, 0, ...rest.map((one) => -one)],
        high: [1, Math.max(1, bits - 1), ...rest],
      },
      actionSpace: { type: 'discrete', n: 2 },
      maxEpisodeSteps: length + 1,
      rewardThreshold: 0.95,
      hasActionMask: false,
      create: (): RestorableEnvironment => new MemoryChain({ length, bits }),
    };
  },
);
