// The contract between an environment and everything that steps it. Rows are flat Float32Arrays owned by the
// caller, so that a step allocates nothing and observations land directly in the kernels' memory.
import type { Random } from '../random/random.ts';
import type { ActionSpace, BoxSpace } from '../spaces/space.ts';

/** One simulated world. Time limits are not its business: the caller counts steps (`maxEpisodeSteps`). */
export interface Environment {
  /** Starts a new episode; all randomness comes from `random`. */
  reset(random: Random): void;
  /**
   * Advances one step with the action at `actions[offset…]` (the index of a discrete action, one index per
   * choice of several, or one number per element of a box) and returns the reward. `random` serves stochastic dynamics.
   */
  step(actions: Float32Array, offset: number, random: Random): number;
  /** Whether the last step ended the episode by the environment's own rules. */
  readonly terminated: boolean;
  /** Writes the current observation into `target[offset…]`. */
  observe(target: Float32Array, offset: number): void;
  /** Writes 1 for each allowed action and 0 for each forbidden one; present when the definition has an action mask. */
  writeActionMask?(target: Float32Array, offset: number): void;
  /** The full state in float64, such that `setState(getState())` changes nothing. */
  getState(): number[];
  /** Puts the environment into a state and clears `terminated`. */
  setState(state: readonly number[]): void;
}

/** What the registry knows of an environment without creating one. */
export interface EnvironmentDefinition {
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
  create(): Environment;
}
