// What an actor asks of an algorithm: choose actions while the rollout runs, then turn it into a gradient.
import type { Rollout } from '../rollout.ts';

/** Mean losses of one rollout and the norm of its gradient before clipping. */
export interface LossFigures {
  policyLoss: number;
  valueLoss: number;
  entropy: number;
  gradientNorm: number;
}

export interface Algorithm {
  readonly rollout: Rollout;
  /** Where the newest parameters are copied to. */
  readonly parameters: Float32Array;
  /** The gradient of the last rollout. */
  readonly gradient: Float32Array;
  /** Called before the first step of each rollout. */
  beginRollout(areParametersNew: boolean): void;
  /** Fills the actions of step `step` from its observations. */
  chooseActions(step: number): void;
  /** Computes the gradient; the figures are valid until the next call. */
  computeGradient(): LossFigures;
}
