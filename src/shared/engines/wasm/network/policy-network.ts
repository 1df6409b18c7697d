// Part of a network that chooses actions, independent of the critic's input.
import type { Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { NetworkShape, ParameterLayout } from '../../../network/parameter-layout.ts';
import { ActorCriticNetwork } from './actor-critic-network.ts';
import type { RecurrentState } from './recurrent-state.ts';
import { DeterministicActorCriticNetwork } from './deterministic-actor-critic-network.ts';

/** Network as acting needs it. */
export interface PolicyNetwork {
  readonly layout: ParameterLayout;
  readonly parameters: Address;
  readonly gradient: Address;
  readonly observations: Address;
  readonly policyOutputs: Address;
  readonly policyGradient: Address;
  /** Rows of the policy head's inputs. */
  readonly policyFeatures: Address;
  /** Recurrent states of the rows; null for a network without recurrent layers. */
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
