// What an engine computes to act greedily: a policy's most probable actions.
import type { ParameterLayout } from '../network/parameter-layout.ts';
import type { RecurrentRows } from './actor-critic-model.ts';

export interface PolicyModel {
  readonly layout: ParameterLayout;
  /** Flat parameters in the layout's order: write them, then call `refresh`. */
  readonly parameters: Float32Array;
  /** Rows of observations as the environment shows them. */
  readonly observations: Float32Array;
  /** Rows of actions; a box's may lie outside its bounds. */
  readonly actions: Float32Array;
  readonly actionSize: number;
  /** Rows of 1 for allowed and 0 for forbidden actions; null without a mask. */
  readonly mask: Float32Array | null;
  /** Null for a network without recurrent layers. */
  readonly recurrence: RecurrentRows | null;
  /** Call after `parameters` changed. */
  refresh(): void;
  /** Chooses the most probable actions of rows 0 … rows−1. */
  chooseMode(rows: number): void;
}
