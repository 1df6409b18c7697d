// Networks that are topologies of one's own.
import { beforeAll, describe, expect, it } from 'vitest';
import { cartPolePositions } from '../../../../../src/shared/environments/cart-pole-positions.ts';
import { cartPoleV1 } from '../../../../../src/shared/environments/cart-pole.ts';
import { pendulum } from '../../../../../src/shared/environments/pendulum.ts';
import { catchBall } from '../../../../../src/shared/environments/catch.ts';
import { describeNetwork } from '../../../../../src/shared/algorithms/describe-network.ts';
import { openTfjsEngine } from '../../../../../src/shared/engines/tfjs/open-tfjs-engine.ts';
import { startBackend } from '../../../../../src/shared/engines/tfjs/start-backend.ts';
import { compileKernels } from '../../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../../src/shared/engines/wasm/wasm-engine.ts';
import type { Engine } from '../../../../../src/shared/engines/engine.ts';
import type { EnvironmentDefinition } from '../../../../../src/shared/environments/environment.ts';
import type { JobRequest, JobSpec } from '../../../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../../../src/shared/job/resolve-job-spec.ts';
import { createLayersModel } from '../../../../../src/shared/model-format/create-layers-model.ts';
import { readLayersModel } from '../../../../../src/shared/model-format/read-layers-model.ts';
import {
  createParameterLayout,
  type NetworkShape,
} from '../../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { flatSize } from '../../../../../src/shared/spaces/space.ts';
import { createLayersTopology } from '../../../../../src/shared/topology/layers-topology.ts';
import { toWeightName } from '../../../../../src/shared/topology/to-weight-name.ts';
import { createAlgorithm } from '../../../../../src/worker/algorithms/create-algorithm.ts';
import { measureRelativeError } from '../../../../fixtures/measure-error.ts';
import { drawParameters } from '../../../../fixtures/random-rollout.ts';
import { recordEnvironments } from '../../../../fixtures/record-environments.ts';
import { describeTopologyJob } from '../../../../fixtures/topologies/describe-topology-job.ts';
import {
  createGruTopology,
  createNormalizedTopology,
} from '../../../../fixtures/topologies/example-topologies.ts';
import { createStateTopology } from '../../../../fixtures/topologies/written-topologies.ts';
import { predictWithTfjs } from '../../model-format/load-with-tfjs.ts';
import { beginning } from '../../../../fixtures/training-start.ts';

const kernels = compileKernels();
const wasmChoice = { name: 'tfjs', backend: 'wasm', reason: null } as const;

beforeAll(async () => {
  await startBackend('wasm');
});

/** Random parameters. */
function draw(seed: number, size: number): Float32Array {
  const parameters = new Float32Array(size);
  drawParameters(Random.fromSeed(seed), parameters);
  return parameters;
}

interface Play {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
  readonly network: NetworkShape;
  readonly engine: Engine;
  readonly parameters: Float32Array;
}

/** Plays two rollouts and returns the gradient of the second. */
async function differentiate({ spec, definition, network, engine, parameters }: Play): Promise<Float32Array> {
  const algorithm = createAlgorithm({ spec, definition, network, random: Random.fromSeed(1), engine });
  algorithm.parameters.set(parameters);
  const environments = recordEnvironments(definition, algorithm.rollout, Random.fromSeed(3));
  await environments.recorder.start();
  for (let rollout = 0; rollout < 2; rollout += 1) {
    algorithm.beginRollout(true, beginning(spec));
    for (let step = 0; !algorithm.rollout.isComplete; step += 1) {
      algorithm.chooseActions(step);
      environments.play(step);
    }
    await algorithm.learn({ approximateKl: Number.NaN, receive: () => true, send: () => true });
    algorithm.rollout.restart();
  }
  return Float32Array.from(algorithm.gradient);
}

const settings = {
  seed: 1,
  workers: 1,
  environmentsPerWorker: 3,
  rolloutLength: 12,
  normalizeObservations: false,
};
const networks: Readonly<
  Record<string, readonly [EnvironmentDefinition, NonNullable<JobRequest['network']>, Partial<JobRequest>?]>
> = {
  'dense towers': [cartPoleV1, { shared: false, layers: [{ type: 'dense', units: 6, activation: 'tanh' }] }],
  'a convolution': [
    catchBall,
    {
      shared: true,
      layers: [{ type: 'conv2d', filters: 3, kernelSize: 3 }, { type: 'flatten' }],
    },
  ],
  'memories with states as inputs and outputs': [
    cartPolePositions,
    { shared: false, layers: [{ type: 'lstm', units: 4 }], valueLayers: [{ type: 'lstm', units: 3 }] },
  ],
  'a critic of actions': [
    pendulum,
    {
      shared: false,
      layers: [{ type: 'dense', units: 6, activation: 'tanh' }],
      valueLayers: [{ type: 'dense', units: 5, activation: 'relu' }],
    },
    { algorithm: 'ddpg', ddpg: { replaySize: 200, batchSize: 7, warmUp: { criticSteps: 0, actorSteps: 0 } } },
  ],
};

describe('a topology of layers that the kernels know', () => {
  it.each(Object.keys(networks))('has the gradient of the kernels: %s', async (name) => {
    const [definition, layered, changes] = networks[name] ?? [cartPoleV1, {}];
    const request = { ...settings, ...changes, environment: definition.id };
    const spec = resolveJobSpec({ ...request, network: layered }, definition, () => 1);
    const network = describeNetwork(spec, definition);
    const layout = createParameterLayout(network);
    const parameters = draw(5, layout.size);
    const expected = await differentiate({
      spec,
      definition,
      network,
      engine: WasmEngine.open(kernels),
      parameters,
    });

    const { observationShape, policyOutputs, criticActionSize } = network;
    const topology = createLayersTopology({
      network: spec.network,
      observationShape,
      policyOutputs,
      hasCritic: true,
      isNormalized: false,
      ...(criticActionSize !== undefined && { actionInputSize: criticActionSize }),
    });
    const own = await describeTopologyJob(request, { ...topology }, definition);
    const places = new Map(own.layout.tensors.map((tensor) => [toWeightName(tensor.name), tensor]));
    const ownParameters = new Float32Array(own.layout.size);
    for (const tensor of layout.tensors) {
      const place = places.get(toWeightName(tensor.name));
      expect(place?.shape, tensor.name).toEqual(tensor.shape);
      ownParameters.set(parameters.subarray(tensor.offset, tensor.offset + tensor.size), place?.offset);
    }
    const engine = await openTfjsEngine(wasmChoice, { kernels, network: own.network });
    const gradient = await differentiate({
      ...own,
      spec: {
        ...own.spec,
        valueCoefficient: spec.valueCoefficient,
        maxGradientNorm: spec.maxGradientNorm,
        normalizeRewards: spec.normalizeRewards,
      },
      definition,
      engine,
      parameters: ownParameters,
    });
    expect(expected.some((number) => number !== 0)).toBe(true);
    for (const { name: tensor, offset, size } of layout.tensors) {
      const from = places.get(toWeightName(tensor))?.offset ?? 0;
      const error = measureRelativeError(
        gradient.subarray(from, from + size),
        expected.subarray(offset, offset + size),
      );
      expect(error, tensor).toBeLessThan(1e-4);
    }
    engine.close();
  });
});

describe('a state that is a matrix', () => {
  it('is carried like a row of the same numbers', async () => {
    const gradients = [];
    for (const shape of [[4], [2, 2]]) {
      const job = await describeTopologyJob(
        { ...settings, environment: 'CartPolePositions-v0' },
        createStateTopology(2, shape),
        cartPolePositions,
      );
      const engine = await openTfjsEngine(wasmChoice, { kernels, network: job.network });
      const parameters = draw(3, job.layout.size);
      gradients.push(await differentiate({ ...job, definition: cartPolePositions, engine, parameters }));
      engine.close();
    }
    const [row = new Float32Array(), matrix = new Float32Array()] = gradients;
    expect(row.some((number) => number !== 0)).toBe(true);
    expect(measureRelativeError(matrix, row)).toBeLessThan(1e-5);
  });
});

describe('running statistics', () => {
  it('move towards the mean and variance of the rows, without changing the parameters', async () => {
    const job = await describeTopologyJob(
      { ...settings, environment: 'CartPole-v1' },
      createNormalizedTopology([4], 2),
      cartPoleV1,
    );
    const engine = await openTfjsEngine(wasmChoice, { kernels, network: job.network });
    const rows = 50;
    const model = engine.createActorCritic({
      shape: job.network,
      policy: job.spec.policy,
      spaces: cartPoleV1,
      hasActionMask: false,
      observationSize: 4,
      capacity: rows,
      lossRows: rows,
      environments: 1,
      random: Random.fromSeed(1),
    });
    const parameters = draw(2, job.layout.size);
    model.parameters.set(parameters);
    model.refresh();
    const random = Random.fromSeed(3);
    const columns = Array.from({ length: 4 }, (_, column) =>
      Array.from({ length: rows }, () => column + random.nextUniform(-2, 2)),
    );
    columns.forEach((column, index) => {
      column.forEach((value, row) => (model.observations[4 * row + index] = value));
    });
    expect(model.runningSize).toBe(1 + 8);
    const measure = (): number[] => {
      const targets = new Float64Array(1 + 8);
      model.measureRunning(rows, targets);
      return [...targets];
    };
    const first = measure();
    const [mark, ...targets] = first;
    const expected = [0, 1].flatMap((moment) =>
      columns.map((column) => {
        const mean = column.reduce((sum, value) => sum + value, 0) / rows;
        const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
        return moment === 0 ? mean : variance;
      }),
    );
    expect(mark).toBe(1);
    expect(measureRelativeError(targets, expected)).toBeLessThan(1e-3);
    expect(measure()).toEqual(first);
    expect(model.parameters).toEqual(parameters);
    engine.close();
  });
});

describe('the exported model of a topology', () => {
  it.each([
    ['a row of numbers', cartPoleV1, () => createGruTopology(4, 2)],
    ['a picture', catchBall, () => createNormalizedTopology([10, 10, 2], 3)],
  ] as const)(
    'computes what the engine computes, with observations normalized before it: %s',
    async (_name, definition, createTopology) => {
      const request = {
        ...settings,
        environment: definition.id,
        normalizeObservations: true,
        normalizeRewards: false,
      };
      const { spec, network, layout } = await describeTopologyJob(request, createTopology(), definition);
      const engine = await openTfjsEngine(wasmChoice, { kernels, network });
      const rows = 5;
      const size = flatSize(definition.observationSpace);
      const model = engine.createActorCritic({
        shape: network,
        policy: spec.policy,
        spaces: definition,
        hasActionMask: definition.hasActionMask,
        observationSize: size,
        capacity: rows,
        lossRows: rows,
        environments: 1,
        random: Random.fromSeed(1),
      });
      const parameters = draw(4, layout.size);
      // Variances are positive.
      for (const { name, offset, size: length } of layout.tensors)
        if (name.endsWith('variance')) parameters.fill(0.5, offset, offset + length);
      model.parameters.set(parameters);
      model.refresh();
      const observations = Array.from({ length: rows }, (_, row) =>
        Array.from({ length: size }, (__, index) => Math.sin(row + index)),
      );
      model.observations.set(observations.flat());
      model.computePolicy(0, rows);
      model.computeValues(0, rows);
      const files = createLayersModel({ spec, definition, layout, parameters });
      expect(readLayersModel(files.modelJson, files.weights, { spec, definition, layout })).toEqual(
        parameters,
      );
      const { shape } = definition.observationSpace;
      const { values } = await predictWithTfjs(files, { rows: observations, shape });
      expect(measureRelativeError(values, model.values.subarray(0, rows))).toBeLessThan(1e-4);
      engine.close();
    },
  );
});
