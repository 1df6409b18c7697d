// Jobs whose network is a topology of TensorFlow.js, from their POST to their model.
import { beforeAll, describe, expect, it } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { startBackend } from '../../../src/shared/engines/tfjs/start-backend.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createGruTopology, createNormalizedTopology } from '../../fixtures/topologies/example-topologies.ts';
import { createActionTopology, createStateTopology } from '../../fixtures/topologies/written-topologies.ts';

beforeAll(async () => {
  await startBackend('cpu');
});

describe('a job with a topology', () => {
  it('trains on TensorFlow.js and leaves a model of this topology', async () => {
    const server = await startTestServer({}, 'real');
    const client = new A3CClient({ url: server.url });
    const modelTopology = createGruTopology(4, 2);
    const { id, spec } = await client.createJob({
      environment: 'CartPole-v1',
      network: { modelTopology },
      stop: { maxSteps: 200, targetReward: null },
      evaluation: { episodes: 1, everySteps: 200 },
    });
    expect(spec.network).toMatchObject({
      layers: [],
      modelTopology,
      modelDescription: { inputs: [[4]], isShared: true, backend: 'wasm' },
    });
    await server.waitFor(id, 'succeeded');
    const job = await client.getJob(id);
    expect(job).toMatchObject({ engine: { name: 'tfjs', backend: 'wasm' }, refusedGradients: 0 });
    const { files } = await client.getModel(id, 'latest');
    const text = new TextDecoder().decode(files.get('model.json'));
    expect(text).toContain('"class_name": "GRU"');
    expect(text).toContain('/moving_variance');
    // A resolved spec can be posted again, and a job can start from this model.
    const copy = await client.createJob({ ...spec, stop: { maxSteps: 60, targetReward: null } });
    expect(copy.spec.network).toEqual(spec.network);
    expect(copy.engine).toEqual({ name: 'tfjs', backend: null, reason: null });
    const successor = await client.createJob({
      environment: 'CartPole-v1',
      startFrom: { job: id, model: 'latest' },
      evaluation: { episodes: 1, everySteps: 200 },
      stop: { maxSteps: 60, targetReward: null },
    });
    await server.waitFor(copy.id, 'succeeded');
    await server.waitFor(successor.id, 'succeeded');
  });

  it('is described by the server alone', async () => {
    const server = await startTestServer();
    const client = new A3CClient({ url: server.url });
    const network = { modelTopology: createNormalizedTopology([4], 2) };
    const { spec } = await client.createJob({ environment: 'CartPole-v1', network });
    const { modelDescription: description } = spec.network;
    const forged = description && { ...description, features: 7, weights: [], backend: 'cpu' as const };
    const job = await client.createJob({ ...spec, network: { ...network, modelDescription: forged } });
    expect(job.spec.network.modelDescription).toEqual(description);
    const without = await client.createJob({
      environment: 'CartPole-v1',
      network: { modelDescription: forged },
    });
    expect(without.spec.network).not.toHaveProperty('modelDescription');
  });

  interface Refusal {
    readonly createTopology: () => Record<string, unknown>;
    readonly settings?: { readonly network?: object; readonly [field: string]: unknown };
    readonly message: RegExp;
  }
  const refused: Readonly<Record<string, Refusal>> = {
    'of another observation': {
      createTopology: () => createGruTopology(3, 2),
      message: /its first input takes \[3\], but CartPole-v1 has observations of \[4\]/,
    },
    'of other actions': {
      createTopology: () => createGruTopology(4, 5),
      message: /its outputs are \[5\] and \[1\], but the job needs \[2\] and \[1\]/,
    },
    'without need of a value': {
      createTopology: () => createGruTopology(4, 2),
      settings: { algorithm: 'reinforce' },
      message: /needs \[2\]: the policy"/,
    },
    'that TensorFlow.js cannot build': {
      createTopology: () => ({ class_name: 'Model' }),
      message: /not the modelTopology of a functional layers model/,
    },
    'on the kernels': {
      createTopology: () => createNormalizedTopology([4], 2),
      settings: { engine: 'wasm' },
      message: /the kernels cannot compute a modelTopology/,
    },
    'with a policy that does not fit the actions': {
      createTopology: () => createNormalizedTopology([4], 2),
      settings: { policy: { type: 'gaussian' } },
      message: /CartPole-v1 has discrete actions/,
    },
    'with states, for single steps': {
      createTopology: () => createStateTopology(4, [4]),
      settings: { algorithm: 'actor-critic' },
      message: /memory/,
    },
    'whose policy reads the action, and the value does not': {
      createTopology: () => createActionTopology({ policy: ['s', 'a'], value: ['s'] }),
      settings: { environment: 'Pendulum-v1', algorithm: 'ddpg' },
      message: /its policy must not depend on the action.*its value must depend on both/,
    },
    'beside layers': {
      createTopology: () => createNormalizedTopology([4], 2),
      settings: { network: { layers: [{ type: 'dense', units: 4 }] } },
      message: /has its own layers/,
    },
  };

  it('is refused, with both shapes, where it does not fit', async () => {
    const server = await startTestServer();
    for (const [name, { createTopology, settings, message }] of Object.entries(refused)) {
      const response = await server.post('/jobs', {
        environment: 'CartPole-v1',
        ...settings,
        network: { ...settings?.network, modelTopology: createTopology() },
      });
      expect(response.status, name).toBe(422);
      expect(await response.text(), name).toMatch(message);
    }
  });
});
