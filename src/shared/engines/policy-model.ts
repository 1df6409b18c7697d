// Policy model of an engine: acts greedily, with a policy's most probable actions.
import type { ParameterLayout } from '../network/parameter-layout.ts';
import type { RecurrentRows } from './actor-critic-model.ts';

export interface PolicyModel {
  readonly layout: ParameterLayout;
  /** Flat parameters in the layout's order. Call `refresh` after writing them. */
  readonly parameters: Float32Array;
  /** Rows of observations, not normalized. */
  readonly observations: Float32Array;
  /** Rows of actions; box actions may be out of bounds. */
  readonly actions: Float32Array;
  readonly actionSize: number;
  /** Rows of 1 for allowed and 0 for forbidden actions; null without a mask. */
  readonly mask: Float32Array | null;
  /** Null for a network without recurrent layers. */
  readonly recurrence: RecurrentRows | null;
  /** Call it after `parameters` changed. */
  refresh(): void;
  /** Chooses the most probable actions of rows 0 … rows−1. */
  chooseMode(rows: number): void;
}
