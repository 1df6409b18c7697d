// Parameter optimizer of an engine, for the learner: checks gradients, adds them up and applies them to the global
// parameters.
import type { LearningRates } from '../optimizers/optimizer-spec.ts';

/** The parameters that a gradient covers. */
export type AppliedCoverage = 'critic' | 'everything';

/** Copy of an optimizer's state. */
export interface OptimizerState {
  /** Arrays of moments, each as long as the trainable parameters. */
  readonly moments: Float32Array<ArrayBuffer>[];
  /** Other numbers of the state. */
  readonly counters: number[];
}

export interface ParameterOptimizer {
  /** The global parameters, flat in the layout's order. */
  readonly parameters: Float32Array;
  /** Resets the sum of gradients. */
  clear(): void;
  /** Adds a gradient to the sum. Returns false, and changes nothing, if the gradient is not finite. */
  add(gradient: Float32Array): boolean;
  /**
   * Applies the mean of the added gradients, or its critic's part, with every learning rate multiplied by `rateFactor`.
   */
  step(rateFactor: number, coverage?: AppliedCoverage): void;
  /** Replaces the learning rates from the next step on; everything else the optimizer knows stays. */
  setLearningRates(rates: LearningRates): void;
  getState(): OptimizerState;
  setState(state: OptimizerState): void;
}
