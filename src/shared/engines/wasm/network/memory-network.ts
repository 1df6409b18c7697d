// Interfaces of networks whose rows are in kernel memory, so that policies and losses can read and write them. What
// computes the network is open: the kernels, or a network function of another library.
import type { NetworkShape, ParameterLayout } from '../../../network/parameter-layout.ts';
import type { Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { RecurrentState } from './recurrent-state.ts';

/** Network as acting needs it. */
export interface PolicyNetwork {
  readonly layout: ParameterLayout;
  /** Flat parameters, in the layout's order. */
  readonly parameters: Address;
  /** Flat gradient, in the layout's order. */
  readonly gradient: Address;
  /** Rows of observations, not normalized. */
  readonly observations: Address;
  /** Rows of policy outputs, e.g. logits. */
  readonly policyOutputs: Address;
  /** Address at which the loss writes ∂L/∂(policy outputs). */
  readonly policyGradient: Address;
  /** Rows of the policy head's inputs: the last hidden layer's outputs. */
  readonly policyFeatures: Address;
  /** Recurrent states of the rows; null for a network without recurrent layers. */
  readonly recurrence: RecurrentState | null;
  /** Call it after the flat parameters changed. */
  refresh(kernels: Kernels): void;
  /** Computes the policy outputs of `rows` rows. */
  forwardPolicy(kernels: Kernels, firstRow: number, rows: number): void;
}

/** Policy head and value head on two towers or on one trunk. */
export interface ActorCriticNetwork extends PolicyNetwork {
  /** One value for each row; null without a critic. */
  readonly values: Address | null;
  /** Address at which the loss writes ∂L/∂V; NO_ADDRESS without a critic. */
  readonly valueGradient: Address;
  /** Computes the values of rows that `forwardPolicy` has processed. */
  forwardValue(kernels: Kernels, firstRow: number, rows: number): void;
  /** Computes the values of rows that `forwardPolicy` has not processed. */
  forwardValueOnly(kernels: Kernels, firstRow: number, rows: number): void;
  /** Computes the parameter gradient of rows 0 … rows−1 from the gradients with respect to both heads' outputs. */
  backward(kernels: Kernels, rows: number): void;
  /** See ActorCriticModel.measureRunning; absent if there are no running statistics. */
  measureRunning?(rows: number, target: Float64Array): void;
}

/** An actor μ(s) and a critic Q(s, a), which reads an observation and an action as one row. */
export interface DeterministicNetwork extends PolicyNetwork {
  /** Rows of an observation followed by an action, the critic's input. */
  readonly pairs: Address;
  /** Size of one such row. */
  readonly pairSize: number;
  /** ∂L/∂pairs after `backwardCritic`. */
  readonly pairGradient: Address;
  /** Q of each pair. */
  readonly values: Address;
  /** Address at which the loss writes ∂L/∂Q. */
  readonly valueGradient: Address;
  /** Computes Q of the first `rows` pairs. */
  forwardCritic(kernels: Kernels, rows: number): void;
  /** Computes the actor's parameter gradient from the gradient with respect to the outputs of its first `rows` rows. */
  backwardPolicy(kernels: Kernels, rows: number): void;
  /**
   * Computes the critic's parameter gradient, and the gradient with respect to its pairs, from the gradient with
   * respect to Q in the first `rows` rows.
   */
  backwardCritic(kernels: Kernels, rows: number): void;
}

/** Number of rows to reserve for actor and critic. */
export interface DeterministicNetworkRows {
  readonly actor: number;
  readonly critic: number;
}

export interface ActorCriticNetworkRows {
  /** Number of rows of observations, outputs and values. */
  readonly capacity: number;
  /** Number of environments that carry recurrent states from rollout to rollout. */
  readonly environments: number;
}

/** Creates the networks of an engine's models: reserves their memory in the plan. */
export interface NetworkFactory {
  createActorCritic(
    plan: KernelMemoryPlan,
    shape: NetworkShape,
    rows: ActorCriticNetworkRows,
  ): ActorCriticNetwork;
  createDeterministic(
    plan: KernelMemoryPlan,
    shape: NetworkShape,
    rows: DeterministicNetworkRows,
  ): DeterministicNetwork;
}

/** Creates the network of a model that only acts. */
export function createPolicyNetwork(
  networks: NetworkFactory,
  plan: KernelMemoryPlan,
  { shape, rows }: { readonly shape: NetworkShape; readonly rows: number },
): ActorCriticNetwork | DeterministicNetwork {
  return shape.criticActionSize === undefined
    ? networks.createActorCritic(plan, shape, { capacity: rows, environments: rows })
    : networks.createDeterministic(plan, shape, { actor: rows, critic: 0 });
}
