// The learner: the only writer of a job's global parameters. It applies gradients and publishes each new version.
import { KernelMemoryPlan, type KernelMemory } from '../../shared/kernels/kernel-memory.ts';
import type { Kernels } from '../../shared/kernels/kernels.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { createOptimizer, type Optimizer, type OptimizerTarget } from '../../shared/optimizers/optimizer.ts';
import { learningRateFactor } from '../../shared/optimizers/schedule.ts';
import { ParameterBoard } from '../../shared/parameters/parameter-board.ts';
import type { ParameterLayout } from '../../shared/parameters/parameter-layout.ts';

export interface LearnerOptions {
  readonly spec: JobSpec;
  readonly layout: ParameterLayout;
  readonly initialParameters: Float32Array;
  readonly bindKernels: (memory: KernelMemory) => Kernels;
}

export class Learner {
  readonly board: ParameterBoard;
  readonly #spec: JobSpec;
  readonly #size: number;
  readonly #kernels: Kernels;
  readonly #optimizer: Optimizer;
  readonly #target: OptimizerTarget;
  readonly #parameters: Float32Array;
  readonly #gradient: Float32Array;
  readonly #summandAddress: number;
  readonly #summand: Float32Array;
  #version = 0;
  #refused = 0;

  constructor({ spec, layout, initialParameters, bindKernels }: LearnerOptions) {
    const { size } = layout;
    const plan = new KernelMemoryPlan();
    this.#target = { parameters: plan.reserve(size), gradient: plan.reserve(size) };
    this.#summandAddress = plan.reserve(size);
    this.#optimizer = createOptimizer(plan, spec.optimizer, layout);
    const memory = plan.build();
    this.#kernels = bindKernels(memory);
    this.#parameters = memory.view(this.#target.parameters, size);
    this.#gradient = memory.view(this.#target.gradient, size);
    this.#summand = memory.view(this.#summandAddress, size);
    this.#spec = spec;
    this.#size = size;
    this.board = new ParameterBoard(size);
    this.#parameters.set(initialParameters);
    this.board.publish(this.#parameters, 0);
  }

  /** Updates applied so far. */
  get version(): number {
    return this.#version;
  }

  /** Non-finite gradients that were counted instead of applied. */
  get refused(): number {
    return this.#refused;
  }

  /** A copy of the global parameters. */
  copyParameters(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#parameters);
  }

  /** Applies one gradient after `steps` steps of training; false if it was not finite and therefore refused. */
  apply(gradient: Float32Array, steps: number): boolean {
    this.#gradient.set(gradient);
    if (!this.#isFinite(this.#target.gradient)) return false;
    this.#update(steps);
    return true;
  }

  /** Applies the mean of the finite gradients, summed in the order given, as one update. */
  applyMean(gradients: readonly Float32Array[], steps: number): void {
    let count = 0;
    this.#gradient.fill(0);
    for (const gradient of gradients) {
      this.#summand.set(gradient);
      if (!this.#isFinite(this.#summandAddress)) continue;
      this.#kernels.addTo(this.#target.gradient, this.#summandAddress, this.#size);
      count += 1;
    }
    if (count > 1) this.#kernels.scale(this.#target.gradient, this.#size, 1 / count);
    // A round always ends in a new version, since workers wait for it, but without a gradient nothing moves.
    if (count > 0) this.#update(steps);
    else this.#publish();
  }

  #isFinite(address: number): boolean {
    const isFinite = Number.isFinite(this.#kernels.sumOfSquares(address, this.#size));
    if (!isFinite) this.#refused += 1;
    return isFinite;
  }

  #update(steps: number): void {
    this.#optimizer.step(this.#kernels, this.#target, learningRateFactor(this.#spec, steps));
    this.#publish();
  }

  #publish(): void {
    this.#version += 1;
    this.board.publish(this.#parameters, this.#version);
  }
}
