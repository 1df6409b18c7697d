// Interface of a single environment. Rows are flat Float32Arrays owned by the caller, so that a step allocates
// nothing and observations are written where the network reads them. Workers step batches of environments
// (environment-batch.ts).
import type { Random } from '../random/random.ts';
import type { ActionSpace, BoxSpace } from '../spaces/space.ts';
import type { BatchOptions, EnvironmentBatch } from './environment-batch.ts';
import type { EnvironmentOrigin } from './environment-origin.ts';
import type { Scene } from './scene.ts';
import type { WrappersSpec } from './wrappers/wrappers-spec.ts';

/**
 * One simulated world. The caller counts steps and applies the time limit (`maxEpisodeSteps`). If `reset` or `step`
 * returns a promise, the environment's values are valid when it has settled.
 */
export interface Environment {
  /** Starts a new episode; all randomness comes from `random`. */
  reset(random: Random): void | Promise<void>;
  /**
   * Advances one step with the action at `actions[offset…]` (the index of a discrete action, one index per choice, or
   * one number per element of a box) and returns the reward. `random` serves stochastic dynamics.
   */
  step(actions: Float32Array, offset: number, random: Random): number | Promise<number>;
  /** Whether the last step ended the episode by the environment's own rules. */
  readonly terminated: boolean;
  /**
   * Whether the last step cut the episode off, as a time limit does; read if the definition has `truncatesItself`.
   */
  readonly truncated?: boolean;
  /**
   * Whether the last step was not taken, because the world was lost in the middle of its episode. The episode is then
   * cut off: `truncated` is true, the reward is 0, and the observation is the one before the step.
   */
  readonly interrupted?: boolean;
  /** Writes the current observation into `target[offset…]`. */
  observe(target: Float32Array, offset: number): void;
  /** Writes 1 for each allowed action and 0 for each forbidden one; present if the definition has an action mask. */
  writeActionMask?(target: Float32Array, offset: number): void;
  /**
   * Returns the full state in float64, so that `setState(getState())` changes nothing. Without it, episodes start
   * again.
   */
  getState?(): number[];
  /** Restores a state and clears `terminated`. */
  setState?(state: readonly number[]): void;
  /** Returns what the environment looks like now. Nothing of the environment may change by it. */
  render?(): Scene;
  /** Frees what the environment holds. Must be the last call. */
  close?(): void | Promise<void>;
}

/** An environment that returns no promises. */
export interface SynchronousEnvironment extends Environment {
  reset(random: Random): void;
  step(actions: Float32Array, offset: number, random: Random): number;
}

/** An environment whose state can be saved and restored, and that can be drawn, as all built-in ones. */
export interface RestorableEnvironment extends SynchronousEnvironment {
  getState(): number[];
  setState(state: readonly number[]): void;
  render(): Scene;
}

/** Episodes that are only watched or evaluated end after this many steps without a limit: a perfect policy might never end one. */
const unlimitedEpisodeSteps = 10_000;

/** Returns the maximum number of steps of an episode that is evaluated or watched. */
export function limitEpisodeSteps({
  maxEpisodeSteps,
}: Pick<EnvironmentDefinition, 'maxEpisodeSteps'>): number {
  return maxEpisodeSteps ?? unlimitedEpisodeSteps;
}

/** Properties of an environment, known without creating one. */
export interface EnvironmentDefinition<Kind extends Environment = Environment> {
  /** Name with version, e.g. `CartPole-v1`; the version increases when results would change. */
  readonly id: string;
  readonly description: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  /** Steps after which an episode is truncated; null: no limit. */
  readonly maxEpisodeSteps: number | null;
  /** Mean return of 100 episodes at which the environment counts as solved; null: not defined. */
  readonly rewardThreshold: number | null;
  readonly hasActionMask: boolean;
  /** Whether episodes may be cut off at any step, beside the time limit; a rollout reserves space for that. */
  readonly truncatesItself?: boolean;
  /** Where other threads and processes find the environment; absent for built-in environments. */
  readonly origin?: EnvironmentOrigin;
  /**
   * Whether environments return promises. Their worker then waits in its event loop and does not block its thread.
   */
  readonly isAsynchronous?: boolean;
  /** Whether there are few worlds, which jobs share: an evaluation then plays its episodes one after the other. */
  readonly hasFewWorlds?: boolean;
  /**
   * Loads what `create` needs, and must have settled before. Absent: `create` needs nothing. Rejects with
   * EnvironmentNotLoadedError.
   */
  load?(): Promise<void>;
  create(): Kind;
  /** Returns the definition with other settings, those after the `?` of its id; absent: it has none. */
  configure?(settings: string): EnvironmentDefinition<Kind>;
  /** Returns the definition with the job's wrappers, if the environment applies them itself. */
  wrap?(wrappers: WrappersSpec): EnvironmentDefinition;
  /** Present if the environment is itself a batch: vectorized, or in another process. */
  createBatch?(options: BatchOptions): EnvironmentBatch | Promise<EnvironmentBatch>;
}
