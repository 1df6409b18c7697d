// What an engine computes for the learner: gradients are checked, summed up and applied to the global parameters.
/** Which parameters a gradient is for. */
export type AppliedCoverage = 'critic' | 'everything';

/** The optimizer's memory; a copy. */
export interface OptimizerState {
  /** Its arrays of moments, each as long as the trainable parameters. */
  readonly moments: Float32Array<ArrayBuffer>[];
  /** Its other numbers. */
  readonly counters: number[];
}

export interface ParameterOptimizer {
  /** The global parameters, flat in the layout's order. */
  readonly parameters: Float32Array;
  /** Forgets the gradients added so far. */
  clear(): void;
  /** Adds a gradient to the sum, unless it is not finite: then nothing changes and the answer is false. */
  add(gradient: Float32Array): boolean;
  /** Applies the mean of the gradients added, or its critic's part, with every learning rate multiplied by `rateFactor`. */
  step(rateFactor: number, coverage?: AppliedCoverage): void;
  getState(): OptimizerState;
  setState(state: OptimizerState): void;
}
