import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLayersModel } from '../../../../src/shared/model-format/create-layers-model.ts';
import { networkSpecSchema, type NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { hasRecurrentLayer } from '../../../../src/shared/network/recurrent-layers.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { predictWithTfjs } from './load-with-tfjs.ts';
import { forwardReference, type LstmState } from './reference-forward.ts';

const dense = (units: number, activation: 'relu' | 'tanh' | 'elu' | 'linear') => ({
  type: 'dense' as const,
  units,
  activation,
});
const separate = { shared: false, initialization: 'orthogonal' as const };

const networks: readonly (readonly [string, NetworkSpec])[] = [
  ['two towers', { ...separate, layers: [dense(10, 'relu')] }],
  [
    'a value tower of its own size',
    { ...separate, layers: [dense(6, 'tanh')], valueLayers: [dense(9, 'elu'), dense(3, 'tanh')] },
  ],
  ['a linear value tower without hidden layers', { ...separate, layers: [dense(5, 'elu')], valueLayers: [] }],
  [
    'a shared trunk',
    { shared: true, initialization: 'glorot', layers: [dense(8, 'relu'), dense(7, 'linear')] },
  ],
  ['no hidden layer', { ...separate, layers: [] }],
  ['no hidden layer and a shared trunk', { shared: true, initialization: 'glorot', layers: [] }],
];

function createCase(network: NetworkSpec, shape: readonly number[]) {
  const observationSize = shape.reduce((product, extent) => product * extent, 1);
  const layout = createParameterLayout({ network, observationShape: shape, policyOutputs: 3 });
  const random = Random.fromSeed(7);
  const parameters = Float32Array.from({ length: layout.size }, () => random.nextNormal());
  const rows = Array.from({ length: 5 }, () =>
    Array.from({ length: observationSize }, () => Math.fround(random.nextNormal())),
  );
  return {
    network,
    layout,
    parameters,
    rows,
    files: createLayersModel({
      spec: { network },
      definition: { observationSpace: { shape } },
      parameters,
      layout,
    }),
  };
}

describe.each([[[4]], [[2, 3]], [[]]])('a model of observations of shape %j', (shape) => {
  it.each(networks)('computes what the network computes: %s', async (_name, network) => {
    const { rows, files, ...reference } = createCase(network, shape);
    const outputs = await predictWithTfjs(files, { rows, shape: shape.length === 0 ? [1] : shape });
    expect(outputs.names).toHaveLength(2);
    rows.forEach((row, index) => {
      const { logits, value } = forwardReference(reference, row);
      logits.forEach((logit, output) => {
        expect(Math.abs((outputs.logits[index]?.[output] ?? Number.NaN) - logit)).toBeLessThan(
          1e-5 * Math.max(1, Math.abs(logit)),
        );
      });
      expect(Math.abs((outputs.values[index] ?? Number.NaN) - value)).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(value)),
      );
    });
  });
});

const convolution = (filters: number, kernelSize: number, strides: number) => ({
  type: 'conv2d' as const,
  filters,
  kernelSize,
  strides,
  activation: 'elu' as const,
});
const flatten = { type: 'flatten' as const };

describe('a model of pictures', () => {
  const pictureShape = [6, 5, 2] as const;

  it.each<[string, NetworkSpec]>([
    [
      'a shared trunk',
      {
        shared: true,
        initialization: 'orthogonal',
        layers: [convolution(5, 3, 1), convolution(4, 2, 2), flatten, dense(6, 'tanh')],
      },
    ],
    [
      'a tower that looks and one that takes the picture as a row',
      { ...separate, layers: [convolution(3, 2, 3), flatten], valueLayers: [dense(4, 'relu')] },
    ],
  ])('computes what the network computes: %s', async (_name, network) => {
    const { rows, files, ...reference } = createCase(network, pictureShape);
    const outputs = await predictWithTfjs(files, { rows, shape: pictureShape });
    rows.forEach((row, index) => {
      const { logits, value } = forwardReference({ ...reference, pictureShape }, row);
      logits.forEach((logit, output) => {
        expect(outputs.logits[index]?.[output]).toBeCloseTo(logit, 4);
      });
      expect(outputs.values[index]).toBeCloseTo(value, 4);
    });
  });
});

describe('a model that remembers', () => {
  const lstm = (units: number) => ({ type: 'lstm' as const, units });

  it.each<[string, NetworkSpec, number[]]>([
    [
      'a shared trunk',
      { shared: true, initialization: 'orthogonal', layers: [dense(6, 'tanh'), lstm(5)] },
      [5],
    ],
    ['one lstm on another', { shared: true, initialization: 'glorot', layers: [lstm(4), lstm(3)] }, [4, 3]],
    ['a tower each', { ...separate, layers: [lstm(4), dense(5, 'relu')], valueLayers: [lstm(2)] }, [4, 2]],
  ])('computes a step from the states of the step before: %s', async (_name, network, units) => {
    const { rows, files, ...reference } = createCase(network, [4]);
    const memories = rows.map(() => new Map<string, LstmState>());
    let states = units
      .flatMap((count) => [count, count])
      .map((count) => rows.map(() => Array<number>(count).fill(0)));
    for (let step = 0; step < 3; step += 1) {
      const outputs = await predictWithTfjs(files, { rows, shape: [4], states });
      states = outputs.states;
      rows.forEach((row, index) => {
        const memory = memories[index] ?? new Map<string, LstmState>();
        const { logits, value } = forwardReference({ ...reference, memory }, row);
        logits.forEach((logit, output) => {
          expect(outputs.logits[index]?.[output]).toBeCloseTo(logit, 4);
        });
        expect(outputs.values[index]).toBeCloseTo(value, 4);
        const remembered = [...memory.values()].flatMap(({ hidden, cell }) => [...hidden, ...cell]);
        states
          .flatMap((state) => state[index] ?? [])
          .forEach((number, at) => {
            expect(number).toBeCloseTo(remembered[at] ?? Number.NaN, 4);
          });
      });
    }
  });

  it('names its states after their layers', () => {
    const { files } = createCase({ shared: true, initialization: 'orthogonal', layers: [lstm(2)] }, [4]);
    const { input_layers: inputs, output_layers: outputs } = files.modelJson.modelTopology.config;
    expect(inputs.map(([name]) => name)).toEqual(['observation', 'trunk_0_hidden', 'trunk_0_cell']);
    expect(outputs).toEqual([
      ['policy', 0, 0],
      ['value', 0, 0],
      ['trunk_0', 0, 1],
      ['trunk_0', 0, 2],
    ]);
  });
});

describe('the files of a model', () => {
  it('name the outputs policy and value and store the parameters as they stand', () => {
    const network: NetworkSpec = { ...separate, layers: [dense(10, 'relu')] };
    const { files, parameters } = createCase(network, [4]);
    expect(files.modelJson.modelTopology.config.output_layers.map(([name]) => name)).toEqual([
      'policy',
      'value',
    ]);
    expect(files.modelJson.weightsManifest[0]?.paths).toEqual(['weights.bin']);
    expect(new Float32Array(new Uint8Array(files.weights).buffer)).toEqual(parameters);
  });

  it('do not change when training goes on', () => {
    const { files, parameters } = createCase({ ...separate, layers: [] }, [4]);
    const before = files.weights.slice();
    parameters.fill(0);
    expect(files.weights).toEqual(before);
  });
});

const goldenSchema = z.object({
  observationShape: z.array(z.int()),
  network: z.preprocess(
    (value) => ({ initialization: 'orthogonal', ...z.record(z.string(), z.unknown()).parse(value) }),
    networkSpecSchema,
  ),
  distribution: z.object({ type: z.literal('categorical'), n: z.int() }),
  weights: z.record(z.string(), z.object({ values: z.array(z.number()) })),
  rollout: z.object({ steps: z.int(), observations: z.array(z.number()) }),
  expected: z.object({ values: z.array(z.number()) }),
});
const goldenDirectory = join(
  process.env.A3C_GOLDEN_DIR ?? join(import.meta.dirname, '../../../golden'),
  'gradients',
);
const goldenCases = readdirSync(goldenDirectory).flatMap((name) => {
  const { success, data } = goldenSchema.safeParse(
    JSON.parse(readFileSync(join(goldenDirectory, name), 'utf8')),
  );
  // Models of networks that remember take one step at a time.
  return success && !hasRecurrentLayer(data.network) ? [[name, data] as const] : [];
});

describe('with the weights of a golden file', () => {
  it('there are golden files of categorical networks', () => {
    expect(goldenCases.length).toBeGreaterThanOrEqual(6);
  });

  it.each(goldenCases)('the model gives the recorded values: %s', async (_name, golden) => {
    const { network, observationShape: shape, weights, rollout } = golden;
    const observationSize = shape.reduce((product, extent) => product * extent, 1);
    const layout = createParameterLayout({
      network,
      observationShape: shape,
      policyOutputs: golden.distribution.n,
    });
    const parameters = new Float32Array(layout.size);
    for (const { name, offset } of layout.tensors) parameters.set(weights[name]?.values ?? [], offset);
    const files = createLayersModel({
      spec: { network },
      definition: { observationSpace: { shape } },
      parameters,
      layout,
    });
    const rows = Array.from({ length: rollout.steps }, (_, step) =>
      rollout.observations.slice(step * observationSize, (step + 1) * observationSize),
    );
    const { values } = await predictWithTfjs(files, { rows, shape });
    golden.expected.values.forEach((value, step) => {
      expect(values[step]).toBeCloseTo(value, 5);
    });
  });
});
