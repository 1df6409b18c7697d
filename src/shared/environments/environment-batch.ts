// Batch of environments: the interface between environments and the code that steps them. All worlds of a batch step
// together; world w has row w in every array. Single environments are put into a batch (single-environment-batch.ts).
// A vectorized environment, or one in another process, is a batch itself.
import type { Random } from '../random/random.ts';
import type { Scene } from './scene.ts';

/** State of a world within its episode, as `getStates` returned it. */
export interface WorldState {
  /** Null if the world has no state to restore: its episode starts again. */
  readonly state: readonly number[] | null;
  /** Steps of the episode so far. */
  readonly episodeLength: number;
}

export interface EnvironmentBatch {
  /** Number of worlds. */
  readonly size: number;
  /** Reward of each world's last step. */
  readonly rewards: Float32Array;
  /**
   * How each world's last step ended: CONTINUES, TERMINATED, TRUNCATED or INTERRUPTED. After an end, the next episode has
   * already begun.
   */
  readonly ends: Uint8Array;
  /** Rows with the last observations of episodes that ended in the last step; other rows are undefined. */
  readonly finalObservations: Float32Array;
  /** Whether worlds can return their states and continue from them. */
  readonly keepsStates: boolean;
  /** Starts an episode in every world, or continues from the given states. Must be the first call. */
  start(states?: readonly (WorldState | null)[]): void | Promise<void>;
  /** Takes one action for each world from `actions[offset…]`, inside the action space, and steps all worlds. */
  step(actions: Float32Array, offset: number): void | Promise<void>;
  /** Writes one observation for each world to `target[offset…]`. */
  observe(target: Float32Array, offset: number): void;
  /**
   * Writes 1 for each allowed and 0 for each forbidden action of each world; present if the definition has an action
   * mask.
   */
  writeActionMasks?(target: Float32Array, offset: number): void;
  /** Returns what a world looks like now; present if its environment can be drawn. */
  render?(world: number): Scene;
  /** Returns each world's full state; null for worlds that do not keep states. */
  getStates(): (number[] | null)[];
  /** Stops stepping a world; its rows are then undefined. Absent if all worlds always step. */
  retire?(world: number): void;
  /** Frees what the worlds hold. Must be the last call. */
  close(): void | Promise<void>;
}

export interface BatchOptions {
  /** One source of randomness for each world; their number is the size of the batch. */
  readonly randoms: readonly Random[];
}
