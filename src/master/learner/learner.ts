// The learner: the only writer of a job's global parameters. It applies gradients and publishes each new version.
import { z } from 'zod';
import { KernelMemoryPlan, type KernelMemory } from '../../shared/kernels/kernel-memory.ts';
import type { Kernels } from '../../shared/kernels/kernels.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import {
  createOptimizer,
  type AppliedCoverage,
  type Optimizer,
  type OptimizerTarget,
} from '../../shared/optimizers/optimizer.ts';
import { learningRateFactor, measureProgress } from '../../shared/optimizers/schedule.ts';
import { normalizationStateSchema, NormalizationStatistics } from './normalization-statistics.ts';
import { ParameterBoard } from '../../shared/parameters/parameter-board.ts';
import type { ParameterLayout } from '../../shared/parameters/parameter-layout.ts';

export interface LearnerOptions {
  readonly spec: JobSpec;
  readonly layout: ParameterLayout;
  readonly initialParameters: Float32Array;
  /** Samples behind the statistics of normalization among the initial parameters; 0 where they are none yet. */
  readonly statisticsWeight?: number;
  readonly bindKernels: (memory: KernelMemory) => Kernels;
}

const numbers = z.array(z.number());
export const learnerStateSchema = z.object({
  version: z.int(),
  publishedSteps: z.int(),
  refused: z.int(),
  /** Absent where nobody counted them apart from versions. */
  applied: z.int().optional(),
  parameters: z.instanceof(Float32Array),
  moments: z.array(z.instanceof(Float32Array)),
  counters: numbers,
  statistics: normalizationStateSchema,
});
export type LearnerState = z.infer<typeof learnerStateSchema>;

/** What one rollout brings: its gradient, and what it saw (see RolloutMoments). */
export interface Contribution {
  readonly gradient: Float32Array;
  readonly moments: Float64Array;
}

export class Learner {
  readonly board: ParameterBoard;
  readonly #spec: JobSpec;
  readonly #layout: ParameterLayout;
  readonly #size: number;
  readonly #kernels: Kernels;
  readonly #optimizer: Optimizer;
  readonly #target: OptimizerTarget;
  readonly #parameters: Float32Array;
  readonly #gradient: Float32Array;
  readonly #summandAddress: number;
  readonly #summand: Float32Array;
  readonly #moments: readonly Float32Array[];
  readonly #statistics: NormalizationStatistics;
  #version = 0;
  /** Steps before the update that made the parameters on the board. */
  #publishedSteps = 0;
  #refused = 0;
  #applied = 0;

  constructor({ spec, layout, initialParameters, statisticsWeight = 0, bindKernels }: LearnerOptions) {
    const { trainableSize: size } = layout;
    const plan = new KernelMemoryPlan();
    this.#target = { parameters: plan.reserve(layout.size), gradient: plan.reserve(size) };
    this.#summandAddress = plan.reserve(size);
    this.#optimizer = createOptimizer(plan, spec.optimizer, layout);
    const memory = plan.build();
    this.#kernels = bindKernels(memory);
    this.#parameters = memory.view(this.#target.parameters, layout.size);
    this.#gradient = memory.view(this.#target.gradient, size);
    this.#summand = memory.view(this.#summandAddress, size);
    this.#moments = this.#optimizer.moments.map((address) => memory.view(address, size));
    this.#spec = spec;
    this.#layout = layout;
    this.#size = size;
    this.board = new ParameterBoard(layout.size);
    this.#parameters.set(initialParameters);
    this.#statistics = new NormalizationStatistics(layout, this.#parameters);
    if (statisticsWeight > 0) this.#statistics.adopt(statisticsWeight);
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

  /** Finite gradients; a2c makes one update of several. */
  get applied(): number {
    return this.#applied;
  }

  /** A copy of everything that later updates depend on. */
  getState(): LearnerState {
    return {
      version: this.#version,
      publishedSteps: this.#publishedSteps,
      refused: this.#refused,
      applied: this.#applied,
      parameters: this.copyParameters(),
      moments: this.#moments.map((moments) => moments.slice()),
      counters: this.#optimizer.getCounters(),
      statistics: this.#statistics.getState(),
    };
  }

  /** Goes on from a state and publishes its parameters, with the progress that workers knew them by. */
  setState(state: LearnerState): void {
    this.#version = state.version;
    this.#refused = state.refused;
    this.#applied = state.applied ?? state.version;
    this.#parameters.set(state.parameters);
    this.#moments.forEach((moments, index) => {
      moments.set(state.moments[index] ?? []);
    });
    this.#optimizer.setCounters(state.counters);
    this.#statistics.setState(state.statistics);
    this.#show(state.publishedSteps);
  }

  /** A copy of the global parameters, with the statistics of normalization. */
  copyParameters(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#parameters);
  }

  /**
   * Applies one gradient after `steps` steps of training to the parameters it covers and merges the moments of its
   * rollout; false if it was not finite and therefore refused.
   */
  apply(
    { gradient, moments }: Contribution,
    steps: number,
    coverage: AppliedCoverage = 'everything',
  ): boolean {
    this.#gradient.set(gradient);
    if (!this.#isFinite(this.#target.gradient)) return false;
    this.#statistics.merge(moments);
    this.#step(steps, coverage);
    this.#publish(steps);
    return true;
  }

  /**
   * Applies the mean of the finite gradients, summed in the order given, as one update, and publishes with it how far the
   * policies of the round had moved.
   */
  applyMean(contributions: readonly Contribution[], steps: number, approximateKl = Number.NaN): void {
    let count = 0;
    this.#gradient.fill(0);
    for (const { gradient, moments } of contributions) {
      this.#summand.set(gradient);
      if (!this.#isFinite(this.#summandAddress)) continue;
      this.#kernels.addTo(this.#target.gradient, this.#summandAddress, this.#size);
      this.#statistics.merge(moments);
      count += 1;
    }
    if (count > 1) this.#kernels.scale(this.#target.gradient, this.#size, 1 / count);
    // A round always ends in a new version, since workers wait for it, but without a gradient nothing moves.
    if (count > 0) this.#step(steps);
    this.#publish(steps, approximateKl);
  }

  #isFinite(address: number): boolean {
    const isFinite = Number.isFinite(this.#kernels.sumOfSquares(address, this.#size));
    if (isFinite) this.#applied += 1;
    else this.#refused += 1;
    return isFinite;
  }

  /** Ends a round without an update: its policies had moved too far. */
  skipRound(contributions: readonly Contribution[], steps: number, approximateKl: number): void {
    for (const { moments } of contributions) this.#statistics.merge(moments);
    this.#publish(steps, approximateKl);
  }

  #step(steps: number, coverage: AppliedCoverage = 'everything'): void {
    this.#optimizer.step(this.#kernels, this.#target, learningRateFactor(this.#spec, steps), coverage);
    this.#raiseToMinima();
  }

  /** Keeps standard deviations above their floors. */
  #raiseToMinima(): void {
    for (const { offset, size, minimum } of this.#layout.tensors) {
      if (minimum === null) continue;
      for (let index = offset; index < offset + size; index += 1) {
        this.#parameters[index] = Math.max(this.#parameters[index] ?? 0, minimum);
      }
    }
  }

  #publish(steps: number, approximateKl = Number.NaN): void {
    this.#version += 1;
    this.#show(steps, approximateKl);
  }

  #show(steps: number, approximateKl = Number.NaN): void {
    this.#publishedSteps = steps;
    const progress = measureProgress(this.#spec.stop, steps);
    this.board.publish(this.#parameters, this.#version, { progress, approximateKl });
  }
}
