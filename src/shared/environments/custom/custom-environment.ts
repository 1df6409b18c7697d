// Types for users' environments: an environment of plain numbers and arrays, or a batch; both may return promises.
import type { Random } from '../../random/random.ts';
import type { Scene } from '../scene.ts';

/** A box. A bound is one number for all elements or one per element; a missing bound is infinite. */
export interface BoxInput {
  readonly type: 'box';
  /** Extents, e.g. `[4]` for four numbers or `[84, 84, 3]` for a picture. */
  readonly shape: readonly number[];
  readonly low?: number | readonly number[];
  readonly high?: number | readonly number[];
}

export type ActionSpaceInput =
  | { readonly type: 'discrete'; readonly n: number }
  | { readonly type: 'multiDiscrete'; readonly n: readonly number[] }
  | BoxInput;

/** Argument of `step`: the number of a discrete action, otherwise one number per choice or per element of a box. */
export type ActionOf<ActionSpace extends ActionSpaceInput> = ActionSpace['type'] extends 'discrete'
  ? number
  : number[];

/**
 * A typed array or array in row-major order, or arrays nested like the shape; a single number if there is only one.
 */
export type Observation = number | Float32Array | Float64Array | Uint8Array | Int32Array | NestedNumbers;
export type NestedNumbers = readonly (number | NestedNumbers)[];

export interface StepResult {
  readonly observation: Observation;
  readonly reward: number;
  /** Whether the episode ended by the environment's own rules, so that nothing comes after it. */
  readonly terminated: boolean;
  /** Whether the episode was cut off although it could continue, as at a time limit. */
  readonly truncated?: boolean;
}

/** One world with its own episodes. `reset` is called before the first step and after each end. */
export interface CustomEnvironment<Action = number | number[]> {
  /** Starts an episode. All randomness must come from `random`, so that a seed can repeat it. */
  reset(random: Random): Observation | Promise<Observation>;
  /** Takes an action. Actions of a box are clipped to it. */
  step(action: Action, random: Random): StepResult | Promise<StepResult>;
  /** Returns 1 or true for each allowed action; needs `hasActionMask: true` in the definition. */
  actionMask?(): readonly (number | boolean)[] | Uint8Array | Float32Array;
  /** Returns numbers for `setState`, so that a resumed job continues its episodes. */
  getState?(): number[];
  setState?(state: readonly number[]): void;
  /** Returns what the environment looks like, as a list of shapes; `a3c play` draws it. */
  render?(): Scene;
  /** Frees what the environment holds, e.g. a socket. Called once, as the last call. */
  close?(): void | Promise<void>;
}

/** Rows of a batch: world w has row w in each array. */
export interface BatchRows {
  /** Observation of each world, flat, in row-major order. After an end, the first observation of the next episode. */
  readonly observations: Float32Array;
  /** The last observation of each episode that ended in this step; other rows may stay empty. */
  readonly finalObservations: Float32Array;
  readonly rewards: Float32Array;
  /** 1 if the episode ended by the environment's own rules. */
  readonly terminated: Uint8Array;
  /** 1 if the episode was cut off although it could continue, as at a time limit. */
  readonly truncated: Uint8Array;
  /** 1 for each allowed action; empty without `hasActionMask`. */
  readonly actionMasks: Float32Array;
}

/**
 * Many worlds that step together. When the episode of a world ends, the world starts the next one in the same step.
 */
export interface CustomBatch {
  /** Starts an episode in every world and writes its observation (and mask). World w uses `randoms[w]`. */
  reset(rows: BatchRows, randoms: readonly Random[]): void | Promise<void>;
  /** Takes one action for each world, flat, and writes observation, reward and ends of every world. */
  step(actions: Float32Array, rows: BatchRows, randoms: readonly Random[]): void | Promise<void>;
  /** Returns numbers of a world for `setState`. */
  getState?(world: number): number[];
  setState?(world: number, state: readonly number[]): void;
  /** Frees what the batch holds. Called once, as the last call. */
  close?(): void | Promise<void>;
}

export interface CustomEnvironmentDefinition<ActionSpace extends ActionSpaceInput> {
  /** Name with version, e.g. `Corridor-v0`. */
  readonly id: string;
  readonly description?: string;
  readonly observationSpace: BoxInput;
  readonly actionSpace: ActionSpace;
  /** Time limit: an episode is truncated after so many steps. Without it, episodes end only by themselves. */
  readonly maxEpisodeSteps?: number | null;
  /** Mean return of 100 episodes at which the environment counts as solved; training stops there. */
  readonly rewardThreshold?: number | null;
  readonly hasActionMask?: boolean;
  /** Whether `reset` and `step` return promises. */
  readonly isAsynchronous?: boolean;
  /** Creates one world. A definition has either this or `createBatch`. */
  create?(): CustomEnvironment<ActionOf<ActionSpace>>;
  /** Creates a batch of `size` worlds, if the environment steps many worlds together. */
  createBatch?(size: number): CustomBatch | Promise<CustomBatch>;
}
