// The estimate compared with the real memory of a worker's kernels.
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { describe, expect, it } from 'vitest';
import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import type { EnvironmentDefinition } from '../../../../src/shared/environments/environment.ts';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { estimateWorkerMemory } from '../../../../src/shared/job/estimate-worker-memory.ts';
import { resolveJobSpec } from '../../../../src/shared/job/resolve-job-spec.ts';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import type { KernelMemory } from '../../../../src/shared/engines/wasm/kernels/kernel-memory.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { AdvantageActorCritic } from '../../../../src/worker/algorithms/advantage-actor-critic/advantage-actor-critic.ts';
import { DeepDeterministicPolicyGradient } from '../../../../src/worker/algorithms/ddpg/deep-deterministic-policy-gradient.ts';
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

/** Bytes that the kernels of a worker of that job really get, and what was estimated. */
function measure(spec: JobSpec, definition: EnvironmentDefinition) {
  const reserved: number[] = [];
  const bindKernels = (memory: KernelMemory) => {
    reserved.push(memory.memory.buffer.byteLength);
    return kernelKinds.webAssembly(memory);
  };
  const network = describeNetwork(spec, definition);
  const options = {
    spec,
    definition,
    network,
    random: Random.fromSeed(1),
    engine: new WasmEngine(bindKernels),
  };
  if (spec.ddpg === null) new AdvantageActorCritic(options);
  else new DeepDeterministicPolicyGradient(options);
  const estimated = estimateWorkerMemory(spec, definition);
  return {
    ...estimated,
    reservedBytes: reserved[0] ?? Number.NaN,
    kernelBytes: estimated.networkBytes + estimated.rolloutBytes,
  };
}

function expectClose({ kernelBytes, reservedBytes }: ReturnType<typeof measure>): void {
  const pageBytes = 65_536;
  expect(kernelBytes).toBeGreaterThanOrEqual(reservedBytes);
  expect(kernelBytes).toBeLessThan(1.2 * reservedBytes + 4 * pageBytes);
}

describe('estimateWorkerMemory', () => {
  it.each(Object.keys(networks))('is not below what %s takes', (name) => {
    const network = networks[name] ?? exampleSpec.network;
    const definition = environments.get(name === 'convolutions' ? 'Catch-v0' : 'CartPole-v1');
    for (const normalizeObservations of [false, true]) {
      const spec = { ...exampleSpec, network, normalizeObservations, rolloutLength: 128 };
      expectClose(measure({ ...spec, environmentsPerWorker: 64 }, definition));
    }
  });

  it.each(['gaussian', 'gaussianStateDependent', 'gsde'] as const)(
    'counts what a %s policy draws',
    (type) => {
      const definition = environments.get('Pendulum-v1');
      const request = { environment: definition.id, algorithm: 'a3c', policy: { type } } as const;
      const spec = resolveJobSpec(request, definition, () => 1);
      expectClose(measure({ ...spec, rolloutLength: 200, environmentsPerWorker: 16 }, definition));
    },
  );

  it('counts rows for an episode that is cut off in every step', () => {
    const definition = { ...environments.get('CartPole-v1'), truncatesItself: true };
    expectClose(measure({ ...exampleSpec, rolloutLength: 128, environmentsPerWorker: 64 }, definition));
  });

  it.each([64, 512])('counts the replay buffer and both networks of ddpg, of %i units', (units) => {
    const definition = environments.get('Pendulum-v1');
    const network: NetworkSpec = { ...towers, layers: [dense(units), dense(units)] };
    const request = { environment: definition.id, algorithm: 'ddpg', network } as const;
    const spec = resolveJobSpec(request, definition, () => 1);
    const measured = measure(spec, definition);
    // 3 + 1 numbers of what was seen and done, 3 of what was seen next, a reward and whether it ended: 9 of 4 bytes.
    expect(measured.replayBytes).toBe((spec.ddpg?.replaySize ?? 0) * 9 * 4);
    expectClose(measured);
  });
});
