// Size of a model in the kernels' memory, computed without allocating it.
import type { ModelNetwork, ModelSize } from '../model-size.ts';
import { KernelMemoryPlan } from './kernels/kernel-memory.ts';
import { kernelNetworks } from './network/kernel-networks.ts';
import { createPolicy } from './policy/create-policy.ts';

/**
 * Numbers that a loss reads for each row: advantage, return, log-probability, old log-probability, old value, and the
 * slope of the surrogate.
 */
const lossRowNumbers = 6;

export function countWasmModelBytes(
  { shape, policy: spec, spaces, hasActionMask: hasMask }: ModelNetwork,
  size: ModelSize,
): number {
  const plan = new KernelMemoryPlan();
  const policy = { spec, spaces, hasMask };
  switch (size.type) {
    case 'actorCritic': {
      const { capacity, lossRows, environments } = size;
      const network = kernelNetworks.createActorCritic(plan, shape, { capacity, environments });
      createPolicy(plan, { ...policy, network, capacity, environments });
      for (let count = 0; count < lossRowNumbers; count += 1) plan.reserve(lossRows);
      break;
    }
    case 'deterministic': {
      const { batchSize } = size;
      const capacity = size.capacity + batchSize;
      const network = kernelNetworks.createDeterministic(plan, shape, {
        actor: capacity,
        critic: batchSize,
      });
      // The target networks.
      kernelNetworks.createDeterministic(plan, shape, { actor: batchSize, critic: batchSize });
      createPolicy(plan, { ...policy, network, capacity, environments: 0 });
    }
  }
  return plan.bytes;
}
