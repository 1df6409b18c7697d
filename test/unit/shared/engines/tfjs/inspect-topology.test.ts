import { beforeAll, describe, expect, it } from 'vitest';
import { inspectTopology } from '../../../../../src/shared/engines/tfjs/inspect-topology.ts';
import { InvalidTopologyError } from '../../../../../src/shared/engines/tfjs/invalid-topology-error.ts';
import { startBackend } from '../../../../../src/shared/engines/tfjs/start-backend.ts';
import { createLayersTopology } from '../../../../../src/shared/topology/layers-topology.ts';
import { createGruTopology } from '../../../../fixtures/topologies/example-topologies.ts';

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

  const layer = (className: string, config: object) => ({
    class_name: 'Model',
    config: {
      name: 'model',
      layers: [
        {
          class_name: 'InputLayer',
          name: 'x',
          config: { name: 'x', batch_input_shape: [null, 4] },
          inbound_nodes: [],
        },
        {
          class_name: className,
          name: 'y',
          config: { name: 'y', ...config },
          inbound_nodes: [[['x', 0, 0, {}]]],
        },
      ],
      input_layers: [['x', 0, 0]],
      output_layers: [['y', 0, 0]],
    },
  });

  it.each([
    ['no model', {}, /not the modelTopology of a functional layers model: class_name/],
    ['a sequential model', { class_name: 'Sequential', config: [] }, /functional layers model: config/],
    ['a layer that does not exist', layer('Lambda', {}), /cannot build this model: Unknown layer: Lambda/],
    ['a setting that cannot be', layer('Dense', { units: -1 }), /cannot build this model/],
    [
      'a layer that does not fit its input',
      layer('Conv2D', { filters: 1, kernel_size: [3, 3] }),
      /cannot build this model/,
    ],
    [
      'a batch normalization that cannot be trained',
      layer('BatchNormalization', { scale: false }),
      /y needs scale: true/,
    ],
    [
      'a reserved name',
      {
        ...layer('Dense', { units: 1 }),
        config: {
          ...layer('Dense', { units: 1 }).config,
          layers: [{ class_name: 'InputLayer', name: 'normalization', config: {}, inbound_nodes: [] }],
        },
      },
      /normalization is reserved/,
    ],
  ] as const)('refuses %s', async (_name, topology, message) => {
    const inspected = inspectTopology(topology);
    await expect(inspected).rejects.toThrow(InvalidTopologyError);
    await expect(inspectTopology(topology)).rejects.toThrow(message);
  });
});
