// UmbrellaChain: the first action decides the last reward. bsuite's `umbrella_chain` (arXiv 1908.03568).
import type { Random } from '../../random/random.ts';
import { defineWithSettings } from '../environment-settings.ts';
import type { RestorableEnvironment } from '../environment.ts';
import type { Scene } from '../scene.ts';
import { drawCells } from './draw-cells.ts';

/**
 * The first action takes an umbrella (1) or leaves it (0); others change nothing. The last step, number `length`, gives
 * +1 if there is an umbrella exactly where one is needed, and −1 if not; every other step gives ±1 at random.
 * Observation: whether an umbrella is needed, whether there is one (at random before the first step), 1 − t/length, and
 * distractors: bits drawn anew in each step.
 */
class UmbrellaChain implements RestorableEnvironment {
  terminated = false;
  readonly #length: number;
  readonly #distractors: number[];
  #isNeeded = 0;
  #isTaken = 0;
  #steps = 0;

  constructor({ length, distractors }: { readonly length: number; readonly distractors: number }) {
    this.#length = length;
    this.#distractors = Array.from({ length: distractors }, () => 0);
  }

  reset(random: Random): void {
    this.#isNeeded = random.nextInteger(2);
    this.#isTaken = random.nextInteger(2);
    this.#steps = 0;
    this.terminated = false;
    this.#distract(random);
  }

  step(actions: Float32Array, offset: number, random: Random): number {
    if (this.terminated) return 0;
    this.#steps += 1;
    if (this.#steps === 1) this.#isTaken = actions[offset]!;
    this.terminated = this.#steps === this.#length;
    const isRight = this.terminated ? this.#isTaken === this.#isNeeded : random.nextInteger(2) === 1;
    this.#distract(random);
    return isRight ? 1 : -1;
  }

  #distract(random: Random): void {
    const distractors = this.#distractors;
    for (let index = 0; index < distractors.length; index += 1) distractors[index] = random.nextInteger(2);
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = this.#isNeeded;
    target[offset + 1] = this.#isTaken;
    target[offset + 2] = 1 - this.#steps / this.#length;
    target.set(this.#distractors, offset + 3);
  }

  getState(): number[] {
    return [this.#steps, this.#isNeeded, this.#isTaken, ...this.#distractors];
  }

  setState([steps = 0, isNeeded = 0, isTaken = 0, ...distractors]: readonly number[]): void {
    this.#steps = steps;
    this.#isNeeded = isNeeded;
    this.#isTaken = isTaken;
    for (let index = 0; index < this.#distractors.length; index += 1) {
      this.#distractors[index] = distractors[index]!;
    }
    this.terminated = false;
  }

  /** Whether an umbrella is needed, whether there is one, and a bar of the time that is left. */
  render(): Scene {
    return drawCells(
      [this.#isNeeded, this.#isTaken].map((flag) => (flag === 1 ? 'accent' : 'muted')),
      { left: 1 - this.#steps / this.#length, marked: null },
    );
  }
}

export const umbrellaChain = defineWithSettings(
  'UmbrellaChain-v0',
  { length: { default: 20, min: 2, max: 10_000 }, distractors: { default: 20, min: 0, max: 1000 } },
  (read) => {
    const [length, distractors] = [read('length'), read('distractors')];
    const size = 3 + distractors;
    return {
      description: `Take an umbrella where it is needed ${length} steps later (bsuite's umbrella_chain)`,
      observationSpace: {
        type: 'box',
        shape: [size],
        low: Array.from({ length: size }, () => 0),
        high: Array.from({ length: size }, () => 1),
      },
      actionSpace: { type: 'discrete', n: 2 },
      maxEpisodeSteps: length,
      // The steps before the last one give ±1 at random, whatever the policy.
      rewardThreshold: null,
      hasActionMask: false,
      create: (): RestorableEnvironment => new UmbrellaChain({ length, distractors }),
    };
  },
);
