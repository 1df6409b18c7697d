// Consecutive dense layers that are computed by one call of a kernel: a call costs as much as a small layer of one row.
import type { Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** The forward pass of a dense layer, with the addresses of row 0. */
export interface DenseCall {
  readonly input: Address;
  readonly kernel: Address;
  readonly transposed: Address;
  readonly bias: Address;
  readonly output: Address;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: number;
}

const numbersPerCall = 8;

export class DenseChain {
  /** The calls as numbers, as the kernel reads them. */
  readonly #layers: Address;
  readonly #count: number;

  constructor(plan: KernelMemoryPlan, calls: readonly DenseCall[]) {
    this.#layers = plan.reserve(numbersPerCall * calls.length);
    this.#count = calls.length;
    plan.onBuild((memory) => {
      const numbers = calls.flatMap(
        ({ input, kernel, transposed, bias, output, inputs, outputs, activation }) => [
          ...[input, kernel, transposed, bias, output],
          ...[inputs, outputs, activation],
        ],
      );
      memory.viewIntegers(this.#layers, numbers.length).set(numbers);
    });
  }

  /** Computes the outputs of `rows` rows, starting at `firstRow`. */
  forward(kernels: Kernels, firstRow: number, rows: number): void {
    kernels.denseForwardAll(this.#layers, this.#count, firstRow, rows);
  }
}
