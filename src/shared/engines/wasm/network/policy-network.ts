// The side of a network that chooses actions, whatever its critic reads.
import type { Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { NetworkShape, ParameterLayout } from '../../../network/parameter-layout.ts';
import { ActorCriticNetwork } from './actor-critic-network.ts';
import type { RecurrentState } from './recurrent-state.ts';
import { DeterministicActorCriticNetwork } from './deterministic-actor-critic-network.ts';

/** What acting needs of a network. */
export interface PolicyNetwork {
  readonly layout: ParameterLayout;
  readonly parameters: Address;
  readonly gradient: Address;
  readonly observations: Address;
  readonly policyOutputs: Address;
  readonly policyGradient: Address;
  /** Rows of what the policy head takes in. */
  readonly policyFeatures: Address;
  /** What layers remember from row to row; null for a network that does not. */
  readonly recurrence: RecurrentState | null;
  refresh(kernels: Kernels): void;
  forwardPolicy(kernels: Kernels, firstRow: number, rows: number): void;
}

export function createPolicyNetwork(
  plan: KernelMemoryPlan,
  shape: NetworkShape,
  capacity: number,
): PolicyNetwork {
  return shape.criticActionSize === undefined
    ? new ActorCriticNetwork(plan, shape, capacity)
    : new DeterministicActorCriticNetwork(plan, shape, { actor: capacity, critic: 0 });
}
