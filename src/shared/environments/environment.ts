// The contract of a single environment. Rows are flat Float32Arrays owned by the caller, so that a step allocates nothing
// and observations land where the network reads them. Workers step batches of environments (environment-batch.ts).
import type { Random } from '../random/random.ts';
import type { ActionSpace, BoxSpace } from '../spaces/space.ts';
import type { BatchOptions, EnvironmentBatch } from './environment-batch.ts';

/**
 * One simulated world. Time limits are not its business: the caller counts steps (`maxEpisodeSteps`). Where `reset` or
 * `step` returns a promise, what the environment shows is valid once that has settled.
 */
export interface Environment {
  /** Starts a new episode; all randomness comes from `random`. */
  reset(random: Random): void | Promise<void>;
  /**
   * Advances one step with the action at `actions[offset…]` (the index of a discrete action, one index per
   * choice of several, or one number per element of a box) and returns the reward. `random` serves stochastic dynamics.
   */
  step(actions: Float32Array, offset: number, random: Random): number | Promise<number>;
  /** Whether the last step ended the episode by the environment's own rules. */
  readonly terminated: boolean;
  /** Whether the last step cut the episode off, as a time limit does; read where the definition says `truncatesItself`. */
  readonly truncated?: boolean;
  /** Writes the current observation into `target[offset…]`. */
  observe(target: Float32Array, offset: number): void;
  /** Writes 1 for each allowed action and 0 for each forbidden one; present when the definition has an action mask. */
  writeActionMask?(target: Float32Array, offset: number): void;
  /** The full state in float64, such that `setState(getState())` changes nothing; without it, episodes start over. */
  getState?(): number[];
  /** Puts the environment into a state and clears `terminated`. */
  setState?(state: readonly number[]): void;
  /** Frees what the environment holds. Nothing comes after it. */
  close?(): void | Promise<void>;
}

/** An environment that answers at once. */
export interface SynchronousEnvironment extends Environment {
  reset(random: Random): void;
  step(actions: Float32Array, offset: number, random: Random): number;
}

/** An environment whose state can be kept and put back, as that of every built-in one. */
export interface RestorableEnvironment extends SynchronousEnvironment {
  getState(): number[];
  setState(state: readonly number[]): void;
}

/** What the registry knows of an environment without creating one. */
export interface EnvironmentDefinition<Kind extends Environment = Environment> {
  /** Name with version, e.g. `CartPole-v1`; the version rises when results would change. */
  readonly id: string;
  readonly description: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  /** Steps after which an episode is truncated; null for none. */
  readonly maxEpisodeSteps: number | null;
  /** Mean return of 100 episodes from which the environment counts as solved; null where none is agreed. */
  readonly rewardThreshold: number | null;
  readonly hasActionMask: boolean;
  /** Whether episodes may be cut off at any step, beside the time limit; a rollout keeps room for it. */
  readonly truncatesItself?: boolean;
  /** Where other threads and processes import the definition from; absent for built-in ones. */
  readonly moduleUrl?: string;
  /** Whether environments answer by promises: their worker then waits by its event loop and never blocks its thread. */
  readonly isAsynchronous?: boolean;
  create(): Kind;
  /** Present where the environment is a batch by nature: vectorized, or in another process. */
  createBatch?(options: BatchOptions): EnvironmentBatch | Promise<EnvironmentBatch>;
}
