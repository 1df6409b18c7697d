// Plateau: how many evaluations in a row have brought no improvement.
import { z } from 'zod';

export const plateauStateSchema = z.object({
  /** The mean that counts as the best one; null before the first evaluation. */
  reference: z.number().nullable(),
  evaluationsSince: z.int(),
});
export type PlateauState = z.infer<typeof plateauStateSchema>;

export const noPlateau: PlateauState = { reference: null, evaluationsSince: 0 };

export class PlateauWatch {
  #reference: number | null = null;
  #evaluationsSince = 0;

  /** Number of evaluations since the last improvement. */
  get evaluationsSince(): number {
    return this.#evaluationsSince;
  }

  /** Adds the mean of an evaluation. It is an improvement if it is higher by more than `delta`. */
  add(mean: number, delta: number): void {
    if (this.#reference === null || mean > this.#reference + delta) {
      this.#reference = mean;
      this.#evaluationsSince = 0;
    } else {
      this.#evaluationsSince += 1;
    }
  }

  getState(): PlateauState {
    return { reference: this.#reference, evaluationsSince: this.#evaluationsSince };
  }

  setState({ reference, evaluationsSince }: PlateauState): void {
    this.#reference = reference;
    this.#evaluationsSince = evaluationsSince;
  }
}
