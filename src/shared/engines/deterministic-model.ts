// What an engine computes for deterministic policy gradients: an actor μ(s) and a critic Q(s, a) on one set of flat
// parameters, and target networks that follow them at a distance.
import type { ModelState } from './model-state.ts';
import type { ParameterLayout } from '../network/parameter-layout.ts';
import type { GradientMetrics } from '../measures/measures.ts';
import type { GradientLimits } from './actor-critic-model.ts';

/** Rows of replayed transitions, written by whoever draws them. */
export interface TransitionRows {
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly nextObservations: Float32Array;
  readonly rewards: Float32Array;
  /** 0 where nothing follows, since the environment ended the episode, else 1. */
  readonly continuations: Float32Array;
}

/** How targets follow the parameters: a share of the way with every update, or all of it now and then. */
export type TargetUpdate =
  | { readonly type: 'soft'; readonly fraction: number }
  | { readonly type: 'hard'; readonly everyUpdates: number };

/** What a critic learns from a batch, and what an actor does with it. */
export interface DeterministicSettings {
  readonly discount: number;
  /** Errors of the critic count by their square up to this, linearly beyond; null: by their square. */
  readonly huberThreshold: number | null;
  /** Whether to scale down what drives a linear output towards a bound of its action. */
  readonly invertGradients: boolean;
  readonly targetUpdate: TargetUpdate;
}

export interface DeterministicModel {
  readonly layout: ParameterLayout;
  /** Flat parameters in the layout's order: write them, then call `refresh`. */
  readonly parameters: Float32Array;
  /** The gradient of the last `differentiate`. */
  readonly gradient: Float32Array;
  /** Rows of observations to act on. */
  readonly observations: Float32Array;
  /** Rows of actions, inside their space. */
  readonly actions: Float32Array;
  /** Rows of exploration noise in units of the actions, added by `act`. */
  readonly noise: Float32Array;
  readonly batch: TransitionRows;
  /** Call after `parameters` changed. */
  refresh(): void;
  /** Chooses the actions of rows from their observations, with their noise. */
  act(firstRow: number, rows: number): void;
  /** Moves the targets; call once before each update. The first makes them equal to the parameters. */
  followTargets(): void;
  /**
   * Computes the gradient of the batch: of the critic, and of the actor where `coverage` says everything. Either is
   * shortened to the limits by itself. The metrics are valid until the next call.
   */
  differentiate(coverage: 'critic' | 'everything', limits: GradientLimits): GradientMetrics;
  /** The targets and the updates they have followed; a copy. */
  getState(): ModelState;
  setState(state: ModelState): void;
}
