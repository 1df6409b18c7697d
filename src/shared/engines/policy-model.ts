// Policy model of an engine: acts, with a policy's most probable actions or with drawn ones.
import type { ParameterLayout } from '../network/parameter-layout.ts';
import type { Random } from '../random/random.ts';
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
  /** V of each row, by `computeValues`; null if the network has no such critic. */
  readonly values: Float32Array | null;
  /** Size of the model in memory [bytes]. */
  readonly bytes: number;
  /** Chooses the most probable actions of rows 0 … rows−1. */
  chooseMode(rows: number): void;
  /**
   * Draws actions of rows 0 … rows−1. A deterministic policy has only one action, and takes that. Throws RangeError
   * without `samples`.
   */
  sample(rows: number, random: Random): void;
  /** Computes V of rows 0 … rows−1, whose actions were chosen or drawn before. */
  computeValues(rows: number): void;
}
