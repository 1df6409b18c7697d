// DeepSea: a treasure that only one of many ways reaches. bsuite's `deep_sea` (arXiv 1908.03568).
import { Random } from '../../random/random.ts';
import { defineWithSettings } from '../environment-settings.ts';
import type { RestorableEnvironment } from '../environment.ts';
import { createRectangle, type Scene } from '../scene.ts';

const moveCost = 0.01;

/**
 * A diver starts in the left corner of a square of cells and sinks one row per step, to the left or to the right. Which
 * action is right differs from cell to cell: `mappingSeed` draws it (bsuite draws the same kind of mapping with NumPy's
 * generator). Going right costs 0.01/size; going right in the last column gives 1. The only way there goes right in each
 * of the `size` steps: 0.99 altogether.
 * Observation: 1 at the diver's cell, row by row, else 0; all 0 at the end.
 */
class DeepSea implements RestorableEnvironment {
  terminated = false;
  readonly #size: number;
  /** The action that goes right, for each cell. */
  readonly #rightActions: Uint8Array;
  #row = 0;
  #column = 0;

  constructor({ size, mappingSeed }: { readonly size: number; readonly mappingSeed: number }) {
    const random = Random.fromSeed(mappingSeed);
    this.#size = size;
    this.#rightActions = Uint8Array.from({ length: size * size }, () => random.nextInteger(2));
  }

  reset(): void {
    this.#row = 0;
    this.#column = 0;
    this.terminated = false;
  }

  step(actions: Float32Array, offset: number): number {
    if (this.terminated) return 0;
    const last = this.#size - 1;
    const goesRight = actions[offset] === this.#rightActions[this.#row * this.#size + this.#column];
    const treasure = goesRight && this.#column === last ? 1 : 0;
    this.#column = goesRight ? Math.min(this.#column + 1, last) : Math.max(this.#column - 1, 0);
    this.#row += 1;
    this.terminated = this.#row === this.#size;
    return goesRight ? treasure - moveCost / this.#size : 0;
  }

  observe(target: Float32Array, offset: number): void {
    const size = this.#size;
    target.fill(0, offset, offset + size * size);
    if (this.#row < size) target[offset + this.#row * size + this.#column] = 1;
  }

  getState(): number[] {
    return [this.#row, this.#column];
  }

  setState([row = 0, column = 0]: readonly number[]): void {
    this.#row = row;
    this.#column = column;
    this.terminated = false;
  }

  /** In cells: the sea with a floor below it, the treasure and the diver. */
  render(): Scene {
    const size = this.#size;
    return {
      width: size,
      height: size + 1,
      shapes: [
        {
          type: 'line',
          points: [...createRectangle([0, 0], { width: size, height: size }), [0, 0]],
          color: 'muted',
        },
        {
          type: 'polygon',
          points: createRectangle([size - 0.8, size - 0.8], { width: 0.6, height: 0.6 }),
          color: 'good',
        },
        { type: 'circle', centre: [this.#column + 0.5, this.#row + 0.5], radius: 0.35, color: 'accent' },
      ],
    };
  }
}

export const deepSea = defineWithSettings(
  'DeepSea-v0',
  {
    size: { default: 10, min: 2, max: 100 },
    mappingSeed: { default: 42, min: 0, max: 1_000_000_000 },
  },
  (read) => {
    const [size, mappingSeed] = [read('size'), read('mappingSeed')];
    return {
      description: `Find the one way to a treasure among 2^${size} (bsuite's deep_sea)`,
      observationSpace: {
        type: 'box',
        shape: [size * size],
        low: Array.from({ length: size * size }, () => 0),
        high: Array.from({ length: size * size }, () => 1),
      },
      actionSpace: { type: 'discrete', n: 2 },
      maxEpisodeSteps: size,
      rewardThreshold: 0.98,
      hasActionMask: false,
      create: (): RestorableEnvironment => new DeepSea({ size, mappingSeed }),
    };
  },
);
