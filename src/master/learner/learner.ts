// Learner: the only writer of a job's global parameters. It applies gradients and publishes each new version.
import { z } from 'zod';
import type { Engine } from '../../shared/engines/engine.ts';
import type { AppliedCoverage, ParameterOptimizer } from '../../shared/engines/parameter-optimizer.ts';
import { learningRateFactor, measureProgress, scheduleEntropy } from '../../shared/optimizers/schedule.ts';
import type { LearningRates } from '../../shared/optimizers/optimizer-spec.ts';
import { normalizationStateSchema, NormalizationStatistics } from './normalization-statistics.ts';
import { ParameterBoard } from '../../shared/transport/parameter-board.ts';
import type { CurrentSettings } from '../run-settings.ts';
import type { ParameterLayout } from '../../shared/network/parameter-layout.ts';

export interface LearnerOptions {
  readonly settings: CurrentSettings;
  readonly layout: ParameterLayout;
  readonly initialParameters: Float32Array;
  /** Number of samples behind the normalization statistics of the initial parameters; 0 if they have none. */
  readonly statisticsWeight?: number;
  readonly engine: Engine;
}

const numbers = z.array(z.number());
export const learnerStateSchema = z.object({
  version: z.int(),
  publishedSteps: z.int(),
  refused: z.int(),
  /** Absent in checkpoints of versions that did not count them. */
  stale: z.int().optional(),
  /** Absent in checkpoints of versions that did not count them. */
  applied: z.int().optional(),
  parameters: z.instanceof(Float32Array),
  moments: z.array(z.instanceof(Float32Array)),
  counters: numbers,
  statistics: normalizationStateSchema,
});
export type LearnerState = z.infer<typeof learnerStateSchema>;

/** Result of one rollout: its gradient and its moments (see RolloutMoments). */
export interface Contribution {
  readonly gradient: Float32Array;
  readonly moments: Float64Array;
}

export class Learner {
  readonly board: ParameterBoard;
  readonly #settings: CurrentSettings;
  readonly #layout: ParameterLayout;
  readonly #optimizer: ParameterOptimizer;
  readonly #parameters: Float32Array;
  readonly #statistics: NormalizationStatistics;
  #version = 0;
  /** Number of steps before the update that made the published parameters. */
  #publishedSteps = 0;
  #refused = 0;
  #stale = 0;
  #applied = 0;

  constructor({ settings, layout, initialParameters, statisticsWeight = 0, engine }: LearnerOptions) {
    this.#settings = settings;
    this.#layout = layout;
    this.#optimizer = engine.createOptimizer({ layout, optimizer: settings.spec.optimizer });
    this.#parameters = this.#optimizer.parameters;
    this.#parameters.set(initialParameters);
    this.board = new ParameterBoard(layout.size);
    this.#statistics = new NormalizationStatistics(layout, this.#parameters);
    if (statisticsWeight > 0) this.#statistics.adopt(statisticsWeight);
    this.#show(0);
  }

  /** Number of updates applied. */
  get version(): number {
    return this.#version;
  }

  /** Number of gradients refused because they were not finite. */
  get refused(): number {
    return this.#refused;
  }

  /** Number of gradients refused because they were too old. */
  get stale(): number {
    return this.#stale;
  }

  /** Number of gradients applied; a2c makes one update from several. */
  get applied(): number {
    return this.#applied;
  }

  /** Copies the state that later updates depend on. */
  getState(): LearnerState {
    return {
      version: this.#version,
      publishedSteps: this.#publishedSteps,
      refused: this.#refused,
      stale: this.#stale,
      applied: this.#applied,
      parameters: this.copyParameters(),
      ...this.#optimizer.getState(),
      statistics: this.#statistics.getState(),
    };
  }

  /** Restores a state and publishes its parameters, with the progress they were published with. */
  setState(state: LearnerState): void {
    this.#version = state.version;
    this.#refused = state.refused;
    this.#stale = state.stale ?? 0;
    this.#applied = state.applied ?? state.version;
    this.#parameters.set(state.parameters);
    this.#optimizer.setState(state);
    this.#statistics.setState(state.statistics);
    this.#show(state.publishedSteps);
  }

  /** Replaces the learning rates from the next update on. */
  setLearningRates(rates: LearningRates): void {
    this.#optimizer.setLearningRates(rates);
  }

  /** Copies the global parameters, including the normalization statistics. */
  copyParameters(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#parameters);
  }

  /**
   * Applies one gradient, after `steps` training steps, to the parameters it covers, and merges the moments of its
   * rollout. Returns false if the gradient is not finite and was refused.
   */
  apply(
    { gradient, moments }: Contribution,
    steps: number,
    coverage: AppliedCoverage = 'everything',
  ): boolean {
    this.#optimizer.clear();
    if (!this.#add(gradient)) return false;
    this.#statistics.merge(moments);
    this.#step(steps, coverage);
    this.#publish(steps);
    return true;
  }

  /** Counts a gradient that was added to another one, and merges the moments of its rollout. */
  noteAddedElsewhere(moments: Float64Array): void {
    this.#applied += 1;
    this.#statistics.merge(moments);
  }

  /** Counts a gradient that is too old to be applied. */
  refuseStale(): void {
    this.#stale += 1;
  }

  /**
   * Applies the mean of the finite gradients, summed in the order given, as one update. Publishes with it how far the
   * policies of the round have moved.
   */
  applyMean(contributions: readonly Contribution[], steps: number, approximateKl = Number.NaN): void {
    let count = 0;
    this.#optimizer.clear();
    for (const { gradient, moments } of contributions) {
      if (!this.#add(gradient)) continue;
      this.#statistics.merge(moments);
      count += 1;
    }
    // A round always publishes a new version, because workers wait for it; without a gradient the parameters stay the
    // same.
    if (count > 0) this.#step(steps);
    this.#publish(steps, approximateKl);
  }

  #add(gradient: Float32Array): boolean {
    const isFinite = this.#optimizer.add(gradient);
    if (isFinite) this.#applied += 1;
    else this.#refused += 1;
    return isFinite;
  }

  /** Ends a round without an update, because its policies have moved too far. */
  skipRound(contributions: readonly Contribution[], steps: number, approximateKl: number): void {
    for (const { moments } of contributions) this.#statistics.merge(moments);
    this.#publish(steps, approximateKl);
  }

  #step(steps: number, coverage: AppliedCoverage = 'everything'): void {
    this.#optimizer.step(learningRateFactor(this.#settings.spec, steps), coverage);
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
    const { spec } = this.#settings;
    const progress = measureProgress(spec.stop, steps);
    const entropyCoefficient = scheduleEntropy(spec, progress);
    this.board.publish(this.#parameters, this.#version, { progress, approximateKl, entropyCoefficient });
  }
}
