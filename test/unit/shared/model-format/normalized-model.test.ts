// Models of normalized training take raw observations: the statistics are a layer of theirs.
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { createLayersModel } from '../../../../src/shared/model-format/create-layers-model.ts';
import { readLayersModel } from '../../../../src/shared/model-format/read-layers-model.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import {
  createParameterLayout,
  findTensor,
  normalizationNames,
} from '../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { predictWithTfjs } from './load-with-tfjs.ts';
import { forwardReference } from './reference-forward.ts';

const separate = { shared: false, initialization: 'orthogonal' } as const;
const dense = { type: 'dense', units: 6, activation: 'tanh' } as const;
const cases: readonly (readonly [string, NetworkSpec, readonly number[]])[] = [
  ['rows of numbers', { ...separate, layers: [dense] }, [4]],
  ['pictures that dense layers look at', { ...separate, layers: [dense] }, [2, 3]],
  [
    'pictures that a convolution looks at, with dense value layers',
    {
      ...separate,
      layers: [
        { type: 'conv2d', filters: 3, kernelSize: 2, strides: 1, activation: 'relu' },
        { type: 'flatten' },
        dense,
      ],
    },
    [4, 3, 2],
  ],
];

describe.each(cases)('a model of normalized %s', (_name, network, shape) => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const layout = createParameterLayout({
    network,
    observationShape: shape,
    policyOutputs: 3,
    normalizeObservations: true,
    normalizeRewards: true,
  });
  const random = Random.fromSeed(7);
  const parameters = Float32Array.from({ length: layout.size }, () => random.nextNormal());
  const mean = findTensor(layout, normalizationNames.observationMean)?.offset ?? Number.NaN;
  const variance = findTensor(layout, normalizationNames.observationVariance)?.offset ?? Number.NaN;
  for (let index = 0; index < size; index += 1) parameters[variance + index] = 0.1 + random.nextFloat();
  const model = { spec: { network }, definition: { observationSpace: { shape } }, layout };
  const files = createLayersModel({ ...model, parameters });

  it('computes from raw observations what training computed from normalized ones', async () => {
    const rows = Array.from({ length: 3 }, () =>
      Array.from({ length: size }, () => Math.fround(random.nextNormal())),
    );
    const outputs = await predictWithTfjs(files, { rows, shape });
    const [height = 1, width = 1, channels = 1] = shape;
    rows.forEach((row, index) => {
      const normalized = row.map(
        (x, element) =>
          (x - (parameters[mean + element] ?? 0)) / Math.sqrt((parameters[variance + element] ?? 0) + 1e-6),
      );
      const reference = { network, layout, parameters, pictureShape: [height, width, channels] as const };
      const { logits, value } = forwardReference(reference, normalized);
      logits.forEach((logit, output) => {
        expect(outputs.logits[index]?.[output]).toBeCloseTo(logit, 4);
      });
      expect(outputs.values[index]).toBeCloseTo(value, 4);
    });
  });

  it('is read back with its statistics; the scale of rewards is for the card', () => {
    const read = readLayersModel(JSON.parse(JSON.stringify(files.modelJson)), files.weights, model);
    const returnVariance = findTensor(layout, normalizationNames.returnVariance)?.offset ?? -1;
    const expected = parameters.slice();
    expected[returnVariance] = 0;
    expect(read).toEqual(expected);
  });
});
