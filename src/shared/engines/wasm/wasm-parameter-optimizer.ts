// Adam and RMSProp on WebAssembly kernels, with the global parameters.
import type { Address } from './kernels/address.ts';
import { KernelMemoryPlan, type KernelMemory } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { LearningRates } from '../../optimizers/optimizer-spec.ts';
import type { ParameterOptimizerOptions } from '../engine.ts';
import type { AppliedCoverage, OptimizerState, ParameterOptimizer } from '../parameter-optimizer.ts';
import { createOptimizer, type Optimizer, type OptimizerTarget } from './optimizer.ts';

export class WasmParameterOptimizer implements ParameterOptimizer {
  readonly parameters: Float32Array;
  readonly #kernels: Kernels;
  readonly #optimizer: Optimizer;
  readonly #target: OptimizerTarget;
  readonly #size: number;
  /** Address of a gradient that is checked before it is added. */
  readonly #summandAddress: Address;
  readonly #summand: Float32Array;
  readonly #gradient: Float32Array;
  readonly #moments: readonly Float32Array<ArrayBuffer>[];
  #count = 0;

  constructor(
    { layout, optimizer }: ParameterOptimizerOptions,
    bindKernels: (memory: KernelMemory) => Kernels,
  ) {
    const size = layout.trainableSize;
    const plan = new KernelMemoryPlan();
    this.#target = { parameters: plan.reserve(layout.size), gradient: plan.reserve(size) };
    this.#summandAddress = plan.reserve(size);
    this.#optimizer = createOptimizer(plan, optimizer, layout);
    const memory = plan.build();
    this.#kernels = bindKernels(memory);
    this.#size = size;
    this.#summand = memory.view(this.#summandAddress, size);
    this.#gradient = memory.view(this.#target.gradient, size);
    this.#moments = this.#optimizer.moments.map((address) => memory.view(address, size));
    this.parameters = memory.view(this.#target.parameters, layout.size);
  }

  clear(): void {
    this.#count = 0;
  }

  add(gradient: Float32Array): boolean {
    // The first gradient is written directly to the sum: most updates have no other.
    const isFirst = this.#count === 0;
    const address = isFirst ? this.#target.gradient : this.#summandAddress;
    (isFirst ? this.#gradient : this.#summand).set(gradient);
    if (!Number.isFinite(this.#kernels.sumOfSquares(address, this.#size))) return false;
    if (!isFirst) this.#kernels.addTo(this.#target.gradient, address, this.#size);
    this.#count += 1;
    return true;
  }

  step(rateFactor: number, coverage: AppliedCoverage = 'everything'): void {
    if (this.#count > 1) this.#kernels.scale(this.#target.gradient, this.#size, 1 / this.#count);
    this.#optimizer.step(this.#kernels, this.#target, rateFactor, coverage);
  }

  setLearningRates(rates: LearningRates): void {
    this.#optimizer.setLearningRates(rates);
  }

  getState(): OptimizerState {
    return {
      moments: this.#moments.map((moments) => moments.slice()),
      counters: this.#optimizer.getCounters(),
    };
  }

  setState({ moments, counters }: OptimizerState): void {
    this.#moments.forEach((own, index) => {
      own.set(moments[index] ?? []);
    });
    this.#optimizer.setCounters(counters);
  }
}
