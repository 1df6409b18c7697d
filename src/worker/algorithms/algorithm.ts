// What an actor asks of an algorithm: choose actions while the rollout runs, then turn it into a gradient.
import type { GradientCoverage } from '../../shared/protocol/gradient-buffer.ts';
import type { AlgorithmState } from '../../shared/protocol/worker-state.ts';
import type { Rollout } from '../rollout.ts';

/** Mean losses of one rollout and the norm of its gradient before clipping; NaN where there is none. */
export interface LossFigures {
  policyLoss: number;
  valueLoss: number;
  entropy: number;
  gradientNorm: number;
  /** Mean of a Gaussian policy's means, over rows and action elements. */
  policyMean: number;
  /** Mean of its standard deviations. */
  policyStandardDeviation: number;
}

export interface Algorithm {
  readonly rollout: Rollout;
  /** Where the newest parameters are copied to. */
  readonly parameters: Float32Array;
  /** The gradient of the last rollout. */
  readonly gradient: Float32Array;
  /** Which parameters the last gradient is for; everything where this is absent. */
  readonly coverage?: GradientCoverage;
  /** What normalization merges of the last rollout; empty where nothing is normalized. */
  readonly moments: Float64Array;
  /** Called before the first step of each rollout; `progress` is the share of the job's steps that is done. */
  beginRollout(areParametersNew: boolean, progress: number): void;
  /** Fills the actions of step `step` from its observations. */
  chooseActions(step: number): void;
  /** Computes the gradient; the figures are valid until the next call. */
  computeGradient(): LossFigures;
  /** What it remembers between two rollouts, for one that goes on from there; a copy. */
  getState(): AlgorithmState;
  /** Throws where the state is not one of this algorithm's. */
  setState(state: AlgorithmState): void;
}
