// A batch of environments: the one contract between environments and whatever steps them. All worlds of a batch step
// together; world w has row w in every array. Single environments are put into a batch (single-environment-batch.ts); a
// vectorized environment or one in another process is a batch itself.
import type { Random } from '../random/random.ts';

/** A world's place in its episode, as `getStates` gave it. */
export interface WorldState {
  /** Null where the world cannot tell: its episode begins again. */
  readonly state: readonly number[] | null;
  /** Steps of the episode so far. */
  readonly episodeLength: number;
}

export interface EnvironmentBatch {
  /** Number of worlds. */
  readonly size: number;
  /** Reward of each world's last step. */
  readonly rewards: Float32Array;
  /** How each world's last step ended: CONTINUES, TERMINATED or TRUNCATED. Where it ended, the next episode has begun. */
  readonly ends: Uint8Array;
  /** Rows of the last observations of episodes that ended with the last step; other rows mean nothing. */
  readonly finalObservations: Float32Array;
  /** Whether worlds can tell their states, and continue from them. */
  readonly keepsStates: boolean;
  /** Begins an episode in every world, or continues those whose state is given. Comes before anything else. */
  start(states?: readonly (WorldState | null)[]): void | Promise<void>;
  /** Takes one action for each world from `actions[offset…]`, inside the action space, and steps all of them. */
  step(actions: Float32Array, offset: number): void | Promise<void>;
  /** Writes one observation for each world to `target[offset…]`. */
  observe(target: Float32Array, offset: number): void;
  /** Writes 1 for each allowed and 0 for each forbidden action of each world; present where the definition says so. */
  writeActionMasks?(target: Float32Array, offset: number): void;
  /** Each world's full state; null for worlds that cannot tell theirs. */
  getStates(): (number[] | null)[];
  /** Stops stepping a world: its rows then mean nothing. Absent where all worlds always step. */
  retire?(world: number): void;
  /** Frees what the worlds hold. Nothing comes after it. */
  close(): void | Promise<void>;
}

export interface BatchOptions {
  /** One source of randomness for each world; their number is the size of the batch. */
  readonly randoms: readonly Random[];
}
