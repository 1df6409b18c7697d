import { beforeAll, describe, expect, it } from 'vitest';
import { inspectTopology } from '../../../../../src/shared/engines/tfjs/inspect-topology.ts';
import { InvalidTopologyError } from '../../../../../src/shared/engines/tfjs/invalid-topology-error.ts';
import { startBackend } from '../../../../../src/shared/engines/tfjs/start-backend.ts';
import { createLayersTopology } from '../../../../../src/shared/topology/layers-topology.ts';
import { createGruTopology } from '../../../../fixtures/topologies/example-topologies.ts';
import {
  createActionTopology,
  createChain,
  differentiableTopologies,
  refusedTopologies,
} from '../../../../fixtures/topologies/written-topologies.ts';

beforeAll(async () => {
  await startBackend('cpu');
});

const lstmNetwork = {
  shared: false,
  initialization: 'orthogonal',
  layers: [{ type: 'lstm', units: 3 }],
  valueLayers: [{ type: 'dense', units: 4, activation: 'tanh' }],
} as const;

describe('inspectTopology', () => {
  it('describes weights, running statistics and shapes', async () => {
    const description = await inspectTopology(createGruTopology(4, 2));
    expect(description).toMatchObject({
      inputs: [[4]],
      outputs: [[2], [1]],
      isShared: true,
      policyReadsOnlyObservations: true,
      valueReadsEverything: true,
      features: 8,
      // The input, the sequence, the GRU (8 numbers in each of 4 steps), its normalization and both heads.
      outputNumbers: 4 + 4 + 8 * 8 * 4 + 8 + 2 + 1,
      backend: 'wasm',
    });
    const weights = new Map(
      description.weights.map((weight) => [weight.name.replace(/^\w+?_(\w+?)\d+\//, '$1/'), weight]),
    );
    expect(weights.get('GRU/kernel')).toMatchObject({
      shape: [1, 24],
      start: 'kernel',
      gates: 3,
      momentum: null,
    });
    expect(weights.get('GRU/recurrent_kernel')).toMatchObject({ shape: [8, 24], start: 'recurrentKernel' });
    expect(description.weights.find(({ name }) => name === 'choice/kernel')).toMatchObject({
      start: 'policyHead',
      isCritic: false,
    });
    expect(description.weights.find(({ name }) => name === 'worth/kernel')).toMatchObject({
      start: 'valueHead',
      isCritic: true,
    });
    const running = description.weights.filter(({ momentum }) => momentum !== null);
    expect(running).toMatchObject([
      { start: 'zeros', momentum: 0.99 },
      { start: 'ones', momentum: 0.99 },
    ]);
  });

  it('finds states, and weights that only the value depends on', async () => {
    const topology = createLayersTopology({
      network: { ...lstmNetwork, layers: [...lstmNetwork.layers], valueLayers: [...lstmNetwork.valueLayers] },
      observationShape: [5],
      policyOutputs: 2,
      hasCritic: true,
      isNormalized: false,
    });
    const description = await inspectTopology(topology);
    expect(description).toMatchObject({
      inputs: [[5], [3], [3]],
      outputs: [[2], [1], [3], [3]],
      isShared: false,
    });
    expect(description.weights.filter(({ isCritic }) => isCritic).map(({ name }) => name)).toEqual([
      'value_0/kernel',
      'value_0/bias',
      'value/kernel',
      'value/bias',
    ]);
    expect(description.weights.find(({ name }) => name === 'policy_0/bias')?.start).toBe('forgetGates');
  });

  it.each(Object.keys(refusedTopologies))('refuses %s', async (name) => {
    const [topology, message] = refusedTopologies[name] ?? [{}, /^$/];
    const inspected = inspectTopology(topology);
    await expect(inspected).rejects.toThrow(InvalidTopologyError);
    await expect(inspected).rejects.toThrow(message);
  });

  it.each(Object.keys(differentiableTopologies))('finds a backend that can train %s', async (name) => {
    const [topology, backend] = differentiableTopologies[name] ?? [{}, null];
    expect((await inspectTopology(topology)).backend).toBe(backend);
  });

  it('does not try to train a large model', async () => {
    const wide = createChain(['Dense', { units: 2000 }], ['Dense', { units: 2200 }]);
    expect((await inspectTopology(wide)).backend).toBeNull();
  });

  it('says what policy and value of a critic of actions depend on', async () => {
    const crossed = createActionTopology({ policy: ['s', 'a'], value: ['s'] });
    expect(await inspectTopology(crossed)).toMatchObject({
      policyReadsOnlyObservations: false,
      valueReadsEverything: false,
    });
    const sound = createActionTopology({ policy: ['s'], value: ['s', 'a'] });
    expect(await inspectTopology(sound)).toMatchObject({
      policyReadsOnlyObservations: true,
      valueReadsEverything: true,
    });
  });
});
