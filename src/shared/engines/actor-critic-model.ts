// What an engine computes for actor-critic methods: a policy and a value function on one set of flat parameters, row by
// row. Arrays of rows belong to the engine; whoever uses the model writes into them and reads from them.
import type { GradientMetrics } from '../measures/measures.ts';
import type { ModelState } from './model-state.ts';
import type { ParameterLayout } from '../network/parameter-layout.ts';

/** Which states recurrent layers continue from, row by row. */
export interface RecurrentRows {
  /** Makes `row` continue from the state after `previousRow`, or begin an episode where that is null. */
  follow(row: number, previousRow: number | null): void;
  /** Makes `row` continue from the state that an environment carried into the rollout. */
  followCarried(row: number, environment: number): void;
  /** Keeps the state after `row` as what an environment carries into the next rollout; null keeps zeros. */
  carry(environment: number, row: number | null): void;
  /** What an environment carries, layer by layer. */
  readCarried(environment: number, target: Float32Array): void;
  writeCarried(environment: number, source: Float32Array): void;
  /** Numbers that one environment carries. */
  readonly carriedSize: number;
  /** The carried states of all environments; a copy. */
  getCarried(): Float32Array<ArrayBuffer>;
  setCarried(carried: Float32Array): void;
}

/** L = mean(−log π(a)·A) + valueCoefficient·mean((R − V)²) − entropyCoefficient·mean(H). */
export interface AdvantageLoss {
  readonly type: 'advantage';
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
}

/**
 * The clipped surrogate of PPO (Schulman et al. 2017, arXiv 1707.06347, eq. 7) with ρ = exp(log π − log π_old), ε =
 * clipRange and δ = valueClipRange:
 * L = −mean(min(ρ·A, clip(ρ, 1 − ε, 1 + ε)·A)) + valueCoefficient·mean(E) − entropyCoefficient·mean(H),
 * E = (R − V)², or with δ the larger of that and (R − (V_old + clip(V − V_old, −δ, δ)))².
 */
export interface ClippedLoss {
  readonly type: 'clipped';
  readonly clipRange: number;
  readonly valueClipRange: number | null;
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
}

/** Limits of a gradient: its norm, and then each element's absolute value; null: none. */
export interface GradientLimits {
  readonly maxNorm: number | null;
  readonly maxValue: number | null;
}

export type ActorCriticLoss = AdvantageLoss | ClippedLoss;

export interface ActorCriticModel {
  readonly layout: ParameterLayout;
  /** Flat parameters in the layout's order: write them, then call `refresh`. */
  readonly parameters: Float32Array;
  /** The gradient of the last `differentiate`, by the trainable parameters. */
  readonly gradient: Float32Array;
  /** Rows of observations as the environment shows them. */
  readonly observations: Float32Array;
  /** Rows of actions, as sampled. */
  readonly actions: Float32Array;
  readonly actionSize: number;
  /** Rows of 1 for allowed and 0 for forbidden actions; null without a mask. */
  readonly mask: Float32Array | null;
  readonly maskSize: number;
  /** V of each row; zeros without a critic. */
  readonly values: Float32Array;
  readonly hasCritic: boolean;
  /** What the loss reads of each row. */
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  /** log π of each row's action, by `computeLogProbabilities`. */
  readonly logProbabilities: Float32Array;
  /** What the clipped loss compares with: log π and V when the rows were acted on. */
  readonly oldLogProbabilities: Float32Array;
  readonly oldValues: Float32Array;
  /** Null for a network without recurrent layers. */
  readonly recurrence: RecurrentRows | null;
  /** Call after `parameters` changed. */
  refresh(): void;
  /** Call before the first step of a rollout, with the newest parameters. */
  beginRollout(): void;
  /** Draws the actions of rows, one for each environment, from their observations. */
  act(firstRow: number, rows: number): void;
  /** Computes V of rows that `act` or `computePolicy` has seen. */
  computeValues(firstRow: number, rows: number): void;
  /** Computes V of rows that only bootstrap. */
  computeBootstrapValues(firstRow: number, rows: number): void;
  /** Computes what `computeValues`, `computeLogProbabilities` and `differentiate` read, without drawing actions. */
  computePolicy(firstRow: number, rows: number): void;
  /** Writes log π of the actions of rows 0 … rows−1, whose policy has been computed. */
  computeLogProbabilities(rows: number): void;
  /**
   * Computes the gradient of the loss of rows 0 … rows−1, whose policy and values (and with a clipped loss
   * log-probabilities) have been computed, and shortens it to `limits`. The metrics are valid until the next call.
   */
  differentiate(rows: number, loss: ActorCriticLoss, limits: GradientLimits): GradientMetrics;
  /** What acting depends on beside parameters: random numbers, noise that lasts, carried states. A copy. */
  getState(): ModelState;
  setState(state: ModelState): void;
}
