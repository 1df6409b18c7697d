// The estimate against the memory that a worker's network really reserves.
import { describe, expect, it } from 'vitest';
import { builtInEnvironments, EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { estimateWorkerMemory } from '../../../../src/shared/job/estimate-worker-memory.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import { KernelMemoryPlan } from '../../../../src/shared/kernels/kernel-memory.ts';
import { ActorCriticNetwork } from '../../../../src/shared/network/actor-critic-network.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { DeepDeterministicPolicyGradient } from '../../../../src/worker/algorithms/ddpg/deep-deterministic-policy-gradient.ts';
import { planRollout } from '../../../../src/worker/rollout.ts';
import { kernelKinds } from '../../../fixtures/recorded-rollout.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';

const environments = new EnvironmentRegistry(builtInEnvironments);

const dense = (units: number) => ({ type: 'dense', units, activation: 'relu' }) as const;
const convolution = (filters: number) =>
  ({ type: 'conv2d', filters, kernelSize: 3, strides: 1, activation: 'relu' }) as const;
const towers = { shared: false, initialization: 'orthogonal' } as const;

const networks: Record<string, NetworkSpec> = {
  'wide towers': { ...towers, layers: [dense(1024), dense(1024)] },
  'a small network': { ...towers, layers: [dense(8)] },
  'a shared trunk': { ...towers, shared: true, layers: [dense(256), dense(256)] },
  'an lstm': { ...towers, shared: true, layers: [dense(64), { type: 'lstm', units: 128 }] },
  convolutions: {
    ...towers,
    shared: true,
    layers: [convolution(16), convolution(32), { type: 'flatten' }, dense(64)],
  },
  'unequal towers': { ...towers, layers: [dense(64)], valueLayers: [dense(512), dense(512)] },
};

describe('estimateWorkerMemory', () => {
  it.each(Object.keys(networks))('comes close to what %s takes', (name) => {
    const network = networks[name] ?? exampleSpec.network;
    const definition = environments.get(name === 'convolutions' ? 'Catch-v0' : 'CartPole-v1');
    const spec = { ...exampleSpec, network, rolloutLength: 128, environmentsPerWorker: 64 };
    const { networkBytes, rolloutBytes } = estimateWorkerMemory(spec, definition);
    const plan = new KernelMemoryPlan();
    const { capacity, environments: environmentCount } = planRollout(spec, definition);
    const { shape: observationShape } = definition.observationSpace;
    new ActorCriticNetwork(plan, { network, observationShape, policyOutputs: 2 }, capacity, environmentCount);
    const reservedBytes = plan.build().memory.buffer.byteLength;
    expect((networkBytes + rolloutBytes) / reservedBytes).toBeGreaterThan(0.6);
    expect((networkBytes + rolloutBytes) / reservedBytes).toBeLessThan(1.2);
  });

  it.each([64, 512])('counts the replay buffer and both networks of ddpg, of %i units', (units) => {
    const definition = environments.get('Pendulum-v1');
    const network: NetworkSpec = { ...towers, layers: [dense(units), dense(units)] };
    const request = { environment: definition.id, algorithm: 'ddpg', network } as const;
    const spec = resolveJobSpec(request, definition, () => 1);
    const { networkBytes, rolloutBytes, replayBytes } = estimateWorkerMemory(spec, definition);
    // 3 + 1 numbers of what was seen and done, 3 of what was seen next, a reward and whether it ended: 9 of 4 bytes.
    expect(replayBytes).toBe((spec.ddpg?.replaySize ?? 0) * 9 * 4);
    const reserved: number[] = [];
    new DeepDeterministicPolicyGradient({
      spec,
      definition,
      random: Random.fromSeed(1),
      bindKernels: (memory) => {
        reserved.push(memory.memory.buffer.byteLength);
        return kernelKinds.webAssembly(memory);
      },
    });
    expect((networkBytes + rolloutBytes) / (reserved[0] ?? Number.NaN)).toBeGreaterThan(0.6);
    expect((networkBytes + rolloutBytes) / (reserved[0] ?? Number.NaN)).toBeLessThan(1.4);
  });
});
