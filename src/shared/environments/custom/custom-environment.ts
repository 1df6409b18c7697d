// What a user writes: an environment of plain numbers and arrays, whose answers may be promises, or a batch of them.
import type { Random } from '../../random/random.ts';

/** A box; bounds are one number for all elements or one per element, and unbounded where absent. */
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

/** What `step` receives: the number of a discrete action, else one number per choice or per element of a box. */
export type ActionOf<ActionSpace extends ActionSpaceInput> = ActionSpace['type'] extends 'discrete'
  ? number
  : number[];

/** A typed array or array in row-major order, or arrays nested as the shape says; a number where there is only one. */
export type Observation = number | Float32Array | Float64Array | Uint8Array | Int32Array | NestedNumbers;
export type NestedNumbers = readonly (number | NestedNumbers)[];

export interface StepResult {
  readonly observation: Observation;
  readonly reward: number;
  /** Whether the episode ended by the environment's own rules: nothing comes after it. */
  readonly terminated: boolean;
  /** Whether the episode was cut off here though it could go on, as a time limit does. */
  readonly truncated?: boolean;
}

/** One world with episodes of its own. It is stepped only after `reset`, and after an end it is reset. */
export interface CustomEnvironment<Action = number | number[]> {
  /** Starts an episode. All randomness comes from `random`, so that a seed repeats it. */
  reset(random: Random): Observation | Promise<Observation>;
  /** Takes an action; actions of a box come clipped to it. */
  step(action: Action, random: Random): StepResult | Promise<StepResult>;
  /** 1 or true for each action that is allowed now; needs `hasActionMask: true` in the definition. */
  actionMask?(): readonly (number | boolean)[] | Uint8Array | Float32Array;
  /** Numbers that `setState` puts back, so that a resumed training continues its episodes. */
  getState?(): number[];
  setState?(state: readonly number[]): void;
  /** Frees what the environment holds, e.g. a socket; called once, after everything else. */
  close?(): void | Promise<void>;
}

/** Rows of a batch: world w has row w in each array. */
export interface BatchRows {
  /** Each world's observation, flat, in row-major order: after an end, the first one of the next episode. */
  readonly observations: Float32Array;
  /** The last observation of each episode that ended with this step; other rows need not be written. */
  readonly finalObservations: Float32Array;
  readonly rewards: Float32Array;
  /** 1 where the episode ended by the environment's own rules. */
  readonly terminated: Uint8Array;
  /** 1 where the episode was cut off though it could go on, as a time limit does. */
  readonly truncated: Uint8Array;
  /** 1 for each action that is allowed now; empty without `hasActionMask`. */
  readonly actionMasks: Float32Array;
}

/** Many worlds that step together. A world whose episode ends begins the next one in the same step. */
export interface CustomBatch {
  /** Begins an episode in every world and writes its observation (and mask). World w draws from `randoms[w]`. */
  reset(rows: BatchRows, randoms: readonly Random[]): void | Promise<void>;
  /** Takes an action for each world, flat, and writes observation, reward and ends of every one. */
  step(actions: Float32Array, rows: BatchRows, randoms: readonly Random[]): void | Promise<void>;
  /** Numbers of a world that `setState` puts back. */
  getState?(world: number): number[];
  setState?(world: number, state: readonly number[]): void;
  /** Frees what the batch holds; called once, after everything else. */
  close?(): void | Promise<void>;
}

export interface CustomEnvironmentDefinition<ActionSpace extends ActionSpaceInput> {
  /** Name with version, e.g. `Corridor-v0`. */
  readonly id: string;
  readonly description?: string;
  readonly observationSpace: BoxInput;
  readonly actionSpace: ActionSpace;
  /** Steps after which an episode is cut off; without it episodes end only by themselves. */
  readonly maxEpisodeSteps?: number | null;
  /** Mean return of 100 episodes from which the environment counts as solved: training stops there. */
  readonly rewardThreshold?: number | null;
  readonly hasActionMask?: boolean;
  /** Whether `reset` and `step` return promises. */
  readonly isAsynchronous?: boolean;
  /** Makes one world; or else `createBatch` makes many. */
  create?(): CustomEnvironment<ActionOf<ActionSpace>>;
  /** Makes a batch of `size` worlds, where the environment steps many at once. */
  createBatch?(size: number): CustomBatch | Promise<CustomBatch>;
}
