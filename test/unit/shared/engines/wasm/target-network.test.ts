import { describe, expect, it } from 'vitest';
import type { TargetUpdateSpec } from '../../../../../src/shared/algorithms/ddpg/ddpg-spec.ts';
import { KernelMemoryPlan } from '../../../../../src/shared/engines/wasm/kernels/kernel-memory.ts';
import { TargetNetwork } from '../../../../../src/shared/engines/wasm/target-network.ts';
import { kernelKinds } from '../../../../fixtures/recorded-rollout.ts';

/** The target's one parameter after each update, while the learned one is 100, 200, 300, … */
function follow(spec: TargetUpdateSpec, updates: number): number[] {
  const plan = new KernelMemoryPlan();
  const network = () => ({ parameters: plan.reserve(1), layout: { size: 1 }, refresh: () => undefined });
  const learned = network();
  const followed = network();
  const memory = plan.build();
  const kernels = kernelKinds.webAssembly(memory);
  const target = new TargetNetwork(spec, { learned, network: followed, memory });
  return Array.from({ length: updates }, (_, update) => {
    memory.view(learned.parameters, 1)[0] = 100 * (update + 1);
    target.follow(kernels);
    return memory.view(followed.parameters, 1)[0] ?? Number.NaN;
  });
}

describe('the target network', () => {
  it('begins as a copy and follows a little with every soft update', () => {
    expect(follow({ type: 'soft', fraction: 0.25 }, 4)).toEqual([100, 125, 168.75, 226.5625]);
  });

  it('stands still between hard updates and is replaced by them', () => {
    expect(follow({ type: 'hard', everyUpdates: 3 }, 8)).toEqual([100, 100, 100, 400, 400, 400, 700, 700]);
  });
});
