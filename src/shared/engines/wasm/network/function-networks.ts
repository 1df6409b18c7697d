// Networks that network functions compute.
import type { NetworkFunctions } from '../../network-function.ts';
import { FunctionActorCriticNetwork } from './function-actor-critic-network.ts';
import { FunctionDeterministicNetwork } from './function-deterministic-network.ts';
import type { NetworkFactory } from './memory-network.ts';

export function createFunctionNetworks(functions: NetworkFunctions): NetworkFactory {
  return {
    createActorCritic: (plan, shape, rows) =>
      new FunctionActorCriticNetwork(plan, shape, { ...rows, functions }),
    createDeterministic: (plan, shape, rows) =>
      new FunctionDeterministicNetwork(plan, shape, { ...rows, functions }),
  };
}
