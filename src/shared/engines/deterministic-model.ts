// Model for deterministic policy gradients: an actor μ(s) and a critic Q(s, a) on one set of flat parameters, and
// target networks that follow them slowly.
import type { ModelState } from './model-state.ts';
import type { ParameterLayout } from '../network/parameter-layout.ts';
import type { GradientMetrics } from '../measures/measures.ts';
import type { GradientLimits } from './actor-critic-model.ts';

/** Rows of replayed transitions, written by the replay buffer. */
export interface TransitionRows {
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly nextObservations: Float32Array;
  readonly rewards: Float32Array;
  /** 0 if the environment terminated the episode, so that nothing follows; else 1. */
  readonly continuations: Float32Array;
}

/** Update of the target networks: a fraction of the way at each update, or a full copy at intervals. */
export type TargetUpdate =
  | { readonly type: 'soft'; readonly fraction: number }
  | { readonly type: 'hard'; readonly everyUpdates: number };

/** Settings of the losses of critic and actor. */
export interface DeterministicSettings {
  readonly discount: number;
  /** The critic's loss is quadratic in errors up to this threshold and linear beyond it; null: always quadratic. */
  readonly huberThreshold: number | null;
  /** Whether to scale down gradients that move a linear output towards a bound of its action. */
  readonly invertGradients: boolean;
  readonly targetUpdate: TargetUpdate;
}

export interface DeterministicModel {
  readonly layout: ParameterLayout;
  /** Flat parameters in the layout's order. Call `refresh` after writing them. */
  readonly parameters: Float32Array;
  /** The gradient of the last `differentiate`. */
  readonly gradient: Float32Array;
  /** Rows of observations to act on. */
  readonly observations: Float32Array;
  /** Rows of actions, inside the action space. */
  readonly actions: Float32Array;
  /** Rows of exploration noise in units of the actions; `act` adds it. */
  readonly noise: Float32Array;
  readonly batch: TransitionRows;
  /** Call it after `parameters` changed. */
  refresh(): void;
  /** Chooses the actions of rows from their observations and noise. */
  act(firstRow: number, rows: number): void;
  /** Updates the targets; call it once before each update. The first call copies the parameters. */
  followTargets(): void;
  /**
   * Computes the gradient of the batch: of the critic, and also of the actor if `coverage` is everything. Each of the
   * two is limited separately. The metrics are valid until the next call.
   */
  differentiate(coverage: 'critic' | 'everything', limits: GradientLimits): GradientMetrics;
  /** Copies the targets and the number of updates they have followed. */
  getState(): ModelState;
  setState(state: ModelState): void;
}
