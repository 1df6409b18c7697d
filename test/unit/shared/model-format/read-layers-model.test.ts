import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLayersModel } from '../../../../src/shared/model-format/create-layers-model.ts';
import type { LayersModelShape } from '../../../../src/shared/model-format/describe-layers-topology.ts';
import { InvalidModelError } from '../../../../src/shared/model-format/invalid-model-error.ts';
import { readLayersModel } from '../../../../src/shared/model-format/read-layers-model.ts';
import { networkSpecSchema, type NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { createChain } from '../../../fixtures/topologies/written-topologies.ts';

const network: NetworkSpec = {
  shared: false,
  initialization: 'orthogonal',
  layers: [{ type: 'dense', units: 5, activation: 'tanh' }],
  valueLayers: [{ type: 'dense', units: 3, activation: 'relu' }],
};
const layout = createParameterLayout({ network, observationShape: [4], policyOutputs: 2 });
const shape = { spec: { network }, definition: { observationSpace: { shape: [4] } }, layout };
const random = Random.fromSeed(1);
const parameters = Float32Array.from({ length: layout.size }, () => random.nextNormal());
const { modelJson, weights } = createLayersModel({ ...shape, parameters });
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('reading a layers model', () => {
  it('gives back the parameters', () => {
    expect(readLayersModel(asJson(modelJson), weights, shape)).toEqual(parameters);
  });

  it('reads weights that stand anywhere in a larger buffer', () => {
    const pool = Buffer.alloc(weights.byteLength + 64, 0xff);
    pool.set(weights, 3);
    expect(readLayersModel(asJson(modelJson), pool.subarray(3, 3 + weights.byteLength), shape)).toEqual(
      parameters,
    );
  });

  it('goes by the names of the weights, not by their order', () => {
    const group = modelJson.weightsManifest[0];
    const [first, ...rest] = group?.weights ?? [];
    const reordered = {
      ...modelJson,
      weightsManifest: [{ paths: ['weights.bin'], weights: [...rest, first] }],
    };
    const firstBytes = 4 * (layout.tensors[0]?.size ?? 0);
    const moved = Buffer.concat([weights.subarray(firstBytes), weights.subarray(0, firstBytes)]);
    expect(readLayersModel(asJson(reordered), moved, shape)).toEqual(parameters);
  });
});

describe('a model with convolutions', () => {
  const pictureNetwork: NetworkSpec = {
    shared: true,
    initialization: 'orthogonal',
    layers: [
      { type: 'conv2d', filters: 3, kernelSize: 2, strides: 1, activation: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: 4, activation: 'tanh' },
    ],
  };
  const pictureShape = [4, 4, 2];
  const pictureLayout = createParameterLayout({
    network: pictureNetwork,
    observationShape: pictureShape,
    policyOutputs: 2,
  });
  const picture = {
    spec: { network: pictureNetwork },
    definition: { observationSpace: { shape: pictureShape } },
    layout: pictureLayout,
  };
  const own = Float32Array.from({ length: pictureLayout.size }, () => random.nextNormal());
  const files = createLayersModel({ ...picture, parameters: own });

  it('gives back the parameters', () => {
    expect(readLayersModel(asJson(files.modelJson), files.weights, picture)).toEqual(own);
  });

  it('is refused where its steps are others', () => {
    const changed: unknown = JSON.parse(
      JSON.stringify(files.modelJson).replace('"strides":[1,1]', '"strides":[2,2]'),
    );
    expect(() => readLayersModel(changed, files.weights, picture)).toThrow(/trunk_0/);
  });
});

describe('a model with a topology of its own', () => {
  const modelTopology = createChain(['Dense', { units: 2, use_bias: false, activation: 'tanh' }]);
  const describeModel = (topology: Record<string, unknown>): LayersModelShape => {
    const modelDescription = {
      inputs: [[4]],
      outputs: [[2]],
      weights: [
        {
          name: 'y/kernel',
          shape: [4, 2],
          momentum: null,
          isCritic: false,
          start: 'kernel',
          gates: 1,
        } as const,
      ],
      isShared: false,
      policyReadsOnlyObservations: true,
      valueReadsEverything: true,
      features: 4,
      outputNumbers: 6,
      backend: 'wasm',
    } as const;
    const network = networkSpecSchema.parse({
      shared: false,
      layers: [],
      initialization: 'orthogonal',
      modelTopology: topology,
      modelDescription,
    });
    const layout = createParameterLayout({
      network,
      observationShape: [4],
      policyOutputs: 2,
      hasCritic: false,
    });
    return { spec: { network }, definition: { observationSpace: { shape: [4] } }, layout };
  };
  const shape = describeModel(modelTopology);
  const parameters = Float32Array.from({ length: 8 }, (_, index) => index);
  const files = createLayersModel({ ...shape, parameters });

  it('gives back the parameters', () => {
    expect(readLayersModel(asJson(files.modelJson), files.weights, shape)).toEqual(parameters);
  });

  it.each([
    ['"tanh"', '"relu"'],
    ['"use_bias":false', '"use_bias":false,"kernel_constraint":null'],
  ])('is refused where a layer has another setting (%s)', (from, to) => {
    const changed: unknown = JSON.parse(JSON.stringify(files.modelJson).replace(from, to));
    expect(() => readLayersModel(changed, files.weights, shape)).toThrow(InvalidModelError);
  });

  it('is refused where the topology of its card could not be built', () => {
    const text = JSON.stringify(modelTopology).replace('[["x",0,0,{}]]', '[["y",0,0,{}]]');
    const cyclic = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    expect(() => readLayersModel(asJson(files.modelJson), files.weights, describeModel(cyclic))).toThrow(
      'its modelTopology cannot be used: layer y depends on its own outputs',
    );
  });
});

describe('a broken model is refused', () => {
  const text = JSON.stringify(modelJson);
  const replaced = (from: string | RegExp, to: string): unknown => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return JSON.parse(changed);
  };
  const nan = weights.slice();
  nan.fill(0xff, 8, 12);

  it.each([
    ['no object', () => 'model', weights],
    ['another format', () => replaced('layers-model', 'graph-model'), weights],
    ['another activation', () => replaced('"tanh"', '"relu"'), weights],
    ['another input', () => replaced('[null,4]', '[null,5]'), weights],
    [
      'swapped outputs',
      () => replaced('[["policy",0,0],["value",0,0]]', '[["value",0,0],["policy",0,0]]'),
      weights,
    ],
    [
      'a layer fed by another one',
      () => replaced('[[["value_0",0,0,{}]]]', '[[["policy_0",0,0,{}]]]'),
      weights,
    ],
    ['a missing weight', () => replaced('"policy_0/kernel"', '"policy_1/kernel"'), weights],
    ['a weight named twice', () => replaced('"policy_0/bias"', '"policy_0/kernel"'), weights],
    ['a weight of another shape', () => replaced('"shape":[4,5]', '"shape":[5,4]'), weights],
    ['too few weights', () => asJson(modelJson), weights.subarray(4)],
    ['too many weights', () => asJson(modelJson), new Uint8Array(weights.byteLength + 4)],
    ['weights that are no numbers', () => asJson(modelJson), nan],
  ])('%s', (_name, createJson, bytes) => {
    expect(() => readLayersModel(createJson(), bytes, shape)).toThrow(InvalidModelError);
  });

  it('naming the layer at fault', () => {
    expect(() => readLayersModel(replaced('"tanh"', '"relu"'), weights, shape)).toThrow(/policy_0/);
  });
});
