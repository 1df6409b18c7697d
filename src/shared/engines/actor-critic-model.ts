// Actor-critic model of an engine: a policy and a value function on one set of flat parameters, row by row. The engine
// owns the arrays of rows; the user of the model writes and reads them.
import type { GradientMetrics } from '../measures/measures.ts';
import type { ModelState } from './model-state.ts';
import type { ParameterLayout } from '../network/parameter-layout.ts';

/** Recurrent states of the rows: the state that each row continues from. */
export interface RecurrentRows {
  /** Makes `row` continue from the state after `previousRow`; null starts an episode. */
  follow(row: number, previousRow: number | null): void;
  /** Makes `row` continue from the state that an environment carried into the rollout. */
  followCarried(row: number, environment: number): void;
  /** Stores the state after `row` as the one that an environment carries into the next rollout; null stores zeros. */
  carry(environment: number, row: number | null): void;
  /** Copies the state that an environment carries, layer by layer. */
  readCarried(environment: number, target: Float32Array): void;
  writeCarried(environment: number, source: Float32Array): void;
  /** Size of the state that one environment carries. */
  readonly carriedSize: number;
  /** Copies the carried states of all environments. */
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
 * The clipped surrogate of PPO (Schulman et al. 2017, arXiv 1707.06347, eq. 7) with ρ = exp(log π − log π_old),
 * ε = clipRange and δ = valueClipRange:
 * L = −mean(min(ρ·A, clip(ρ, 1 − ε, 1 + ε)·A)) + valueCoefficient·mean(E) − entropyCoefficient·mean(H).
 * Without δ, E = (R − V)²; with δ, E is the larger of that and (R − (V_old + clip(V − V_old, −δ, δ)))².
 */
export interface ClippedLoss {
  readonly type: 'clipped';
  readonly clipRange: number;
  readonly valueClipRange: number | null;
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
}

/** Limits of a gradient: first of its norm, then of each element's absolute value; null: no limit. */
export interface GradientLimits {
  readonly maxNorm: number | null;
  readonly maxValue: number | null;
}

export type ActorCriticLoss = AdvantageLoss | ClippedLoss;

export interface ActorCriticModel {
  readonly layout: ParameterLayout;
  /** Flat parameters in the layout's order. Call `refresh` after writing them. */
  readonly parameters: Float32Array;
  /** Gradient of the last `differentiate` with respect to the trainable parameters. */
  readonly gradient: Float32Array;
  /** Rows of observations, not normalized. */
  readonly observations: Float32Array;
  /** Rows of actions as sampled, not clipped. */
  readonly actions: Float32Array;
  readonly actionSize: number;
  /** Rows of 1 for allowed and 0 for forbidden actions; null without a mask. */
  readonly mask: Float32Array | null;
  readonly maskSize: number;
  /** V of each row; zeros without a critic. */
  readonly values: Float32Array;
  readonly hasCritic: boolean;
  /** Advantage and return of each row, which the loss reads. */
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  /** log π of each row's action, by `computeLogProbabilities`. */
  readonly logProbabilities: Float32Array;
  /** Log π and V at the time of acting, which the clipped loss compares with. */
  readonly oldLogProbabilities: Float32Array;
  readonly oldValues: Float32Array;
  /** Null for a network without recurrent layers. */
  readonly recurrence: RecurrentRows | null;
  /** Call it after `parameters` changed. */
  refresh(): void;
  /** Call it before the first step of a rollout, with the newest parameters. */
  beginRollout(): void;
  /** Draws the actions of rows, one row for each environment, from their observations. */
  act(firstRow: number, rows: number): void;
  /** Computes V of rows that `act` or `computePolicy` has processed. */
  computeValues(firstRow: number, rows: number): void;
  /** Computes V of rows that are used only for bootstrapping. */
  computeBootstrapValues(firstRow: number, rows: number): void;
  /** Computes the inputs of `computeValues`, `computeLogProbabilities` and `differentiate`, without drawing actions. */
  computePolicy(firstRow: number, rows: number): void;
  /** Computes log π of the actions of rows 0 … rows−1. Their policy must have been computed. */
  computeLogProbabilities(rows: number): void;
  /**
   * Computes the gradient of the loss of rows 0 … rows−1 and applies `limits`. The policy and values of the rows, and
   * for a clipped loss their log-probabilities, must have been computed. The metrics are valid until the next call.
   */
  differentiate(rows: number, loss: ActorCriticLoss, limits: GradientLimits): GradientMetrics;
  /** Size of what `measureRunning` writes; 0 for a network without running statistics. */
  readonly runningSize: number;
  /**
   * Writes a mark (1), and then what rows 0 … rows−1 move the running statistics towards, e.g. their means and variances
   * for a batch normalization, in the layout's order. The parameters stay the same: the master moves them.
   */
  measureRunning(rows: number, target: Float64Array): void;
  /** Copies the state that acting depends on besides parameters: random numbers, lasting noise and carried states. */
  getState(): ModelState;
  setState(state: ModelState): void;
}
