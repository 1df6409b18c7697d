// Network functions: what another library than the kernels computes of a network, on arrays of rows. Policies, losses
// and optimizers stay with the kernels, so they are the same for every engine.
import type { NetworkShape, ParameterLayout } from '../network/parameter-layout.ts';

/**
 * One recurrent state of a network: slots of `size` numbers. Slot 0 is zeros, then come the states that the
 * environments carry, then the state after each row.
 */
export interface StateSlotArray {
  readonly slots: Float32Array;
  readonly size: number;
}

/** Recurrent states of the rows, which the function reads and writes. */
export interface FunctionStates {
  /** In the order of the network's states. */
  readonly states: readonly StateSlotArray[];
  /** Number of environments that carry states. */
  readonly environments: number;
  /** Returns the slot that a row continues from. */
  readonly findSlot: (row: number) => number;
}

/** Arrays of an actor-critic network. Rows are stored one after another. */
export interface ActorCriticArrays {
  readonly layout: ParameterLayout;
  /** Flat, in the layout's order. */
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  /** Rows of observations; normalized, if the job normalizes them. */
  readonly observations: Float32Array;
  readonly policyOutputs: Float32Array;
  /** ∂L/∂(policy outputs). */
  readonly policyGradient: Float32Array;
  /** Rows of the policy head's inputs; null if no policy reads them. */
  readonly policyFeatures: Float32Array | null;
  /** One value for each row; null without a critic. */
  readonly values: Float32Array | null;
  /** ∂L/∂V; null without a critic. */
  readonly valueGradient: Float32Array | null;
  readonly recurrence: FunctionStates | null;
}

/** Rows first … end−1. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

export interface ActorCriticFunction {
  /** Reads the parameters; called after they changed. */
  refresh(): void;
  /** Computes outputs of rows that do not continue from each other, and with recurrent states all of them. */
  forward(outputs: 'policy' | 'values', rows: RowRange): void;
  /**
   * Computes the gradient of Σ policyGradient·policyOutputs + Σ valueGradient·values with respect to the parameters.
   * The ranges cover all rows in order; rows of one range do not continue from each other.
   */
  backward(ranges: readonly RowRange[]): void;
  /** Writes what the first rows move the running statistics towards, after a mark (1). */
  measureRunning(rows: number, target: Float64Array): void;
}

/** Arrays of an actor μ(s) and a critic Q(s, a). */
export interface DeterministicArrays {
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly observations: Float32Array;
  readonly policyOutputs: Float32Array;
  readonly policyGradient: Float32Array;
  /** Rows of an observation followed by an action. */
  readonly pairs: Float32Array;
  readonly pairGradient: Float32Array;
  readonly values: Float32Array;
  readonly valueGradient: Float32Array;
}

export interface DeterministicFunction {
  refresh(): void;
  forwardPolicy(rows: RowRange): void;
  /** Computes Q of the first `rows` pairs. */
  forwardCritic(rows: number): void;
  /** Computes the actor's part of the gradient. */
  backwardPolicy(rows: number): void;
  /** Computes the critic's part of the gradient, and the part of the pairs' gradient that belongs to the actions. */
  backwardCritic(rows: number): void;
}

/** Sizes that memory is reserved by. */
export interface NetworkSizes {
  /** Size of the policy head's inputs. */
  readonly features: number;
  /** Size of each recurrent state. */
  readonly states: readonly number[];
}

/** Creates the network functions of an engine. */
export interface NetworkFunctions {
  measure(shape: NetworkShape): NetworkSizes;
  createActorCritic(shape: NetworkShape, arrays: ActorCriticArrays): ActorCriticFunction;
  createDeterministic(shape: NetworkShape, arrays: DeterministicArrays): DeterministicFunction;
  /** Releases the models of the functions. */
  close(): void;
}
