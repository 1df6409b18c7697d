// Networks that the kernels compute.
import { KernelActorCriticNetwork } from './kernel-actor-critic-network.ts';
import { KernelDeterministicNetwork } from './kernel-deterministic-network.ts';
import type { NetworkFactory } from './memory-network.ts';

export const kernelNetworks: NetworkFactory = {
  createActorCritic: (plan, shape, rows) => new KernelActorCriticNetwork(plan, shape, rows),
  createDeterministic: (plan, shape, rows) => new KernelDeterministicNetwork(plan, shape, rows),
};
