// DiscountingChain: five chains with their reward sooner or later. bsuite's `discounting_chain` (arXiv 1908.03568).
import { defineWithSettings } from '../environment-settings.ts';
import type { RestorableEnvironment } from '../environment.ts';
import type { Scene } from '../scene.ts';
import { drawCells } from './draw-cells.ts';

const length = 100;
/** Steps after which each chain has its reward. */
const rewardSteps: readonly number[] = [1, 3, 10, 30, 100];
const chains = rewardSteps.length;

/**
 * The first action chooses a chain; others change nothing. Chain c gives 1 at step 1, 3, 10, 30 or 100, and one chain,
 * `mappingSeed` mod 5, gives 1.1. An episode has 100 steps.
 * Observation: the chain (−1 before the first action), and t/100.
 */
class DiscountingChain implements RestorableEnvironment {
  terminated = false;
  readonly #bonusChain: number;
  #chain = -1;
  #steps = 0;

  constructor({ mappingSeed }: { readonly mappingSeed: number }) {
    this.#bonusChain = mappingSeed % chains;
  }

  reset(): void {
    this.#chain = -1;
    this.#steps = 0;
    this.terminated = false;
  }

  step(actions: Float32Array, offset: number): number {
    if (this.terminated) return 0;
    if (this.#steps === 0) this.#chain = actions[offset]!;
    this.#steps += 1;
    this.terminated = this.#steps === length;
    if (this.#steps !== rewardSteps[this.#chain]) return 0;
    return this.#chain === this.#bonusChain ? 1.1 : 1;
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = this.#chain;
    target[offset + 1] = this.#steps / length;
  }

  getState(): number[] {
    return [this.#chain, this.#steps];
  }

  setState([chain = -1, steps = 0]: readonly number[]): void {
    this.#chain = chain;
    this.#steps = steps;
    this.terminated = false;
  }

  /** The chains, the chosen one marked, and a bar of the time that is left. */
  render(): Scene {
    return drawCells(
      rewardSteps.map((step) => (this.#steps >= step ? 'muted' : 'good')),
      { left: 1 - this.#steps / length, marked: this.#chain < 0 ? null : this.#chain },
    );
  }
}

export const discountingChain = defineWithSettings(
  'DiscountingChain-v0',
  { mappingSeed: { default: 0, min: 0, max: 1_000_000 } },
  (read) => ({
    description: "Choose among rewards that come sooner or later (bsuite's discounting_chain)",
    observationSpace: { type: 'box', shape: [2], low: [-1, 0], high: [chains - 1, 1] },
    actionSpace: { type: 'discrete', n: chains },
    maxEpisodeSteps: length,
    rewardThreshold: 1.09,
    hasActionMask: false,
    create: (): RestorableEnvironment => new DiscountingChain({ mappingSeed: read('mappingSeed') }),
  }),
);
