// Turns outputs of a deterministic actor into actions of its space.
import type { Kernels } from '../kernels/kernels.ts';
import type { BoxSpace } from '../../../spaces/space.ts';
import type { DeterministicPolicySpec } from '../../../policy/policy-spec.ts';

const FLOAT_BYTES = 4;
const NO_NOISE = 0;

export class ActionMapping {
  readonly #low: readonly number[];
  readonly #high: readonly number[];
  readonly #squash: number;

  constructor(
    { outputActivation }: Pick<DeterministicPolicySpec, 'outputActivation'>,
    { low, high }: BoxSpace,
  ) {
    this.#low = low;
    this.#high = high;
    this.#squash = outputActivation === 'tanh' ? 1 : 0;
  }

  /** Actions as an environment takes them, with noise (address 0: without) and inside the space. */
  writeActions(kernels: Kernels, outputs: number, noise: number, actions: number, rows: number): void {
    const size = this.#low.length;
    for (let index = 0; index < size; index += 1) {
      const offset = index * FLOAT_BYTES;
      kernels.deterministicAct(
        outputs + offset,
        noise === NO_NOISE ? NO_NOISE : noise + offset,
        actions + offset,
        rows,
        size,
        size,
        this.#low[index]!,
        this.#high[index]!,
        this.#squash,
      );
    }
  }

  /**
   * μ(s) as the critic judges it, in rows of `stride` numbers. A linear output may lie outside the space: clipped, it
   * would not feel a gradient that leads it back.
   */
  writeMeans(kernels: Kernels, outputs: number, actions: number, stride: number, rows: number): void {
    const size = this.#low.length;
    for (let index = 0; index < size; index += 1) {
      const offset = index * FLOAT_BYTES;
      kernels.deterministicAct(
        outputs + offset,
        NO_NOISE,
        actions + offset,
        rows,
        size,
        stride,
        this.#squash ? this.#low[index]! : Number.NEGATIVE_INFINITY,
        this.#squash ? this.#high[index]! : Number.POSITIVE_INFINITY,
        this.#squash,
      );
    }
  }
}
