// Mapping from outputs of a deterministic actor to actions of its space.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { BoxSpace } from '../../../spaces/space.ts';
import type { DeterministicPolicySpec } from '../../../policy/policy-spec.ts';

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

  /** Writes actions for an environment, with noise (NO_ADDRESS: without) and inside the space. */
  writeActions(kernels: Kernels, outputs: Address, noise: Address, actions: Address, rows: number): void {
    const size = this.#low.length;
    for (let index = 0; index < size; index += 1) {
      kernels.deterministicAct(
        offsetBy(outputs, index),
        noise === NO_ADDRESS ? NO_ADDRESS : offsetBy(noise, index),
        offsetBy(actions, index),
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
   * Writes μ(s) for the critic, in rows of `stride` numbers. A linear output may be outside the space: if it were
   * clipped, no gradient could lead it back.
   */
  writeMeans(kernels: Kernels, outputs: Address, actions: Address, stride: number, rows: number): void {
    const size = this.#low.length;
    for (let index = 0; index < size; index += 1) {
      kernels.deterministicAct(
        offsetBy(outputs, index),
        NO_ADDRESS,
        offsetBy(actions, index),
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
