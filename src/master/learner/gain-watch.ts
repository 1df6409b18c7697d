// Gain: what the moving average has won since it was first known, and whether it is lost again.
import { z } from 'zod';
import type { MovingAverage } from './moving-average.ts';

export const gainStateSchema = z.object({
  /** The first and the highest moving average; null before there is one. */
  first: z.number().nullable(),
  highest: z.number().nullable(),
});
export type GainState = z.infer<typeof gainStateSchema>;

export const noGain: GainState = { first: null, highest: null };

export class GainWatch {
  #first: number | null = null;
  #highest = Number.NEGATIVE_INFINITY;

  /** Adds a moving average over enough episodes. */
  add(average: number): void {
    this.#first ??= average;
    if (average > this.#highest) this.#highest = average;
  }

  /**
   * Whether the average of `returns` has lost `fraction` of the gain. A gain smaller than the standard deviation of the
   * returns is chance, and so is its loss.
   */
  isLost(returns: Pick<MovingAverage, 'mean' | 'computeVariance'>, fraction: number): boolean {
    if (this.#first === null) return false;
    const gain = this.#highest - this.#first;
    if (gain <= 0 || this.#highest - returns.mean < fraction * gain) return false;
    return gain ** 2 > returns.computeVariance();
  }

  getState(): GainState {
    return { first: this.#first, highest: this.#first === null ? null : this.#highest };
  }

  setState({ first, highest }: GainState): void {
    this.#first = first;
    this.#highest = highest ?? Number.NEGATIVE_INFINITY;
  }
}
