// The loss written down once more, in tfjs for its automatic gradients and in float64 for finite differences.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of tfjs's operations.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activation } from '../../../../src/shared/network/layers/activation.ts';
import type { ConvolutionLayerSpec } from '../../../../src/shared/network/layers/conv2d-spec.ts';
import type { Layer } from '../../../../src/shared/network/layers/layer-spec.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { CONTINUES } from '../../../../src/shared/returns/generalized-advantage.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';
import { drawParameters, drawRollout, type RandomRolloutShape } from '../../../fixtures/random-rollout.ts';
import {
  createRecordedAlgorithm,
  replayRollout,
  type RecordedAlgorithm,
  type RolloutRecord,
} from '../../../fixtures/recorded-rollout.ts';
import { forwardReference } from '../../shared/model-format/reference-forward.ts';

const tolerance = 1e-4;
const FORBIDDEN = -1e9;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Case {
  readonly name: string;
  readonly network: Omit<NetworkSpec, 'initialization'>;
  readonly shape: RandomRolloutShape;
  /** Where observations are pictures. */
  readonly pictureShape?: [height: number, width: number, channels: number];
}

function dense(activation: Activation, ...units: number[]): Layer[] {
  return units.map((count) => ({ type: 'dense', units: count, activation }));
}

function convolution(spec: Omit<ConvolutionLayerSpec, 'type'>): ConvolutionLayerSpec {
  return { type: 'conv2d', ...spec };
}

function lstm(units: number): Layer {
  return { type: 'lstm', units };
}

const wide = { steps: 12, environments: 2, observationSize: 5, actions: 4, hasMask: false };
const activations: readonly Activation[] = ['relu', 'tanh', 'elu', 'linear'];
const cases: readonly Case[] = [
  ...activations.flatMap((activation) => [
    {
      name: `${activation} towers`,
      network: { shared: false, layers: dense(activation, 17, 8) },
      shape: wide,
    },
    {
      name: `a ${activation} trunk`,
      network: { shared: true, layers: dense(activation, 13, 9) },
      shape: wide,
    },
  ]),
  {
    name: 'value layers of their own',
    network: { shared: false, layers: dense('tanh', 6), valueLayers: dense('elu', 20, 3) },
    shape: wide,
  },
  {
    name: 'a value tower without layers',
    network: { shared: false, layers: dense('relu', 6), valueLayers: [] },
    shape: wide,
  },
  { name: 'towers without layers', network: { shared: false, layers: [] }, shape: wide },
  { name: 'a trunk without layers', network: { shared: true, layers: [] }, shape: wide },
  {
    name: 'layers narrower than a vector',
    network: { shared: false, layers: dense('tanh', 1, 2, 3) },
    shape: { ...wide, observationSize: 1 },
  },
  ...[2, 3, 4, 5, 6].flatMap((actions) =>
    [false, true].map((hasMask) => ({
      name: `${actions} actions ${hasMask ? 'with' : 'without'} a mask`,
      network: { shared: actions % 2 === 0, layers: dense('tanh', 10) },
      shape: { steps: 7, environments: 3, observationSize: 4, actions, hasMask },
    })),
  ),
  ...activations.map((activation) => ({
    name: `${activation} convolutions below a trunk`,
    network: {
      shared: true,
      layers: [
        convolution({ filters: 9, kernelSize: 3, strides: 1, activation }),
        convolution({ filters: 6, kernelSize: 2, strides: 2, activation }),
        { type: 'flatten' as const },
        ...dense('tanh', 7),
      ],
    },
    shape: { ...wide, observationSize: 7 * 6 * 3 },
    pictureShape: [7, 6, 3] satisfies Case['pictureShape'],
  })),
  ...[1, 3].map((environments) => ({
    name: `a trunk that remembers, of ${environments} environments`,
    network: { shared: true, layers: [...dense('relu', 6), lstm(7), ...dense('tanh', 5)] },
    shape: { ...wide, environments },
  })),
  {
    name: 'towers that remember, one lstm on another and on the observation',
    network: { shared: false, layers: [lstm(5), lstm(3)], valueLayers: [lstm(9)] },
    shape: { ...wide, steps: 20 },
  },
  {
    name: 'a memory of pictures',
    network: {
      shared: true,
      layers: [
        convolution({ filters: 4, kernelSize: 2, strides: 1, activation: 'elu' }),
        { type: 'flatten' as const },
        lstm(6),
      ],
    },
    shape: { ...wide, observationSize: 4 * 3 * 2 },
    pictureShape: [4, 3, 2] satisfies Case['pictureShape'],
  },
  {
    name: 'convolutions in towers, one with few filters, one without a dense layer',
    network: {
      shared: false,
      layers: [
        convolution({ filters: 3, kernelSize: 2, strides: 1, activation: 'tanh' }),
        convolution({ filters: 2, kernelSize: 2, strides: 1, activation: 'tanh' }),
        { type: 'flatten' as const },
        ...dense('tanh', 5),
      ],
      valueLayers: [
        convolution({ filters: 5, kernelSize: 5, strides: 3, activation: 'elu' }),
        { type: 'flatten' as const },
      ],
    },
    shape: { ...wide, observationSize: 5 * 8 },
    pictureShape: [5, 8, 1] satisfies Case['pictureShape'],
  },
];

function replay({
  network,
  shape,
  pictureShape,
}: Case): RecordedAlgorithm & { record: RolloutRecord; pictureShape: Case['pictureShape'] } {
  const random = Random.fromSeed(shape.actions * 100 + network.layers.length);
  const recorded = createRecordedAlgorithm({
    observationSize: pictureShape ?? shape.observationSize,
    actions: shape.actions,
    hasMask: shape.hasMask,
    settings: {
      rolloutLength: shape.steps,
      environmentsPerWorker: shape.environments,
      entropyCoefficient: 0.05,
      valueCoefficient: 0.4,
      network: { ...network, initialization: 'orthogonal' },
    },
  });
  drawParameters(random, recorded.algorithm.parameters);
  const record = drawRollout(random, shape);
  replayRollout(recorded.algorithm, record, { entropyCoefficient: recorded.spec.entropyCoefficient });
  return { ...recorded, record, pictureShape };
}

function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  switch (activation) {
    case 'relu':
      return tf.relu(x);
    case 'tanh':
      return tf.tanh(x);
    case 'elu':
      return tf.elu(x);
    case 'linear':
      return x;
  }
}

/** The gradient of every tensor by tfjs, and the values it computed on the way. */
function differentiateWithTfjs({ algorithm, layout, spec, record, pictureShape }: ReturnType<typeof replay>) {
  const { network, entropyCoefficient, valueCoefficient } = spec;
  const variables = new Map(
    layout.tensors.map(({ name, offset, size, shape }) => {
      const initial = tf.tensor(algorithm.parameters.slice(offset, offset + size), [...shape]);
      return [name, tf.variable(initial)];
    }),
  );
  const layer = (x: tf.Tensor2D, name: string, activation: Activation): tf.Tensor2D => {
    const kernel = variables.get(`${name}/kernel`);
    const bias = variables.get(`${name}/bias`);
    if (!kernel || !bias) throw new Error(`no layer ${name}`);
    const matrix: tf.Tensor2D = tf.reshape(kernel, [x.shape[1], bias.size]);
    return activate(tf.add(tf.matMul(x, matrix), bias), activation);
  };
  const convolve = (x: tf.Tensor4D, name: string, spec: ConvolutionLayerSpec): tf.Tensor4D => {
    const kernel = variables.get(`${name}/kernel`);
    const bias = variables.get(`${name}/bias`);
    if (!kernel || !bias) throw new Error(`no layer ${name}`);
    const { kernelSize, filters, strides } = spec;
    const filter: tf.Tensor4D = tf.reshape(kernel, [kernelSize, kernelSize, x.shape[3], filters]);
    const sums: tf.Tensor4D = tf.add(tf.conv2d(x, filter, strides, 'valid'), bias);
    return activate(sums, spec.activation);
  };
  /** Step by step, each environment's state zero where the step before ended an episode. */
  const remember = (x: tf.Tensor2D, name: string, units: number): tf.Tensor2D => {
    const find = (part: string): tf.Tensor => variables.get(`${name}/${part}`) ?? tf.scalar(Number.NaN);
    const kernel: tf.Tensor2D = tf.reshape(find('kernel'), [x.shape[1], 4 * units]);
    const recurrentKernel: tf.Tensor2D = tf.reshape(find('recurrentKernel'), [units, 4 * units]);
    const environments = spec.environmentsPerWorker;
    let hidden = tf.zeros([environments, units]);
    let cell = tf.zeros([environments, units]);
    const steps: tf.Tensor2D[] = [];
    for (let row = 0; row < x.shape[0]; row += environments) {
      const goesOn = tf.tensor2d(
        Array.from({ length: environments }, (_, index) => [
          record.ends[row - environments + index] === CONTINUES ? 1 : 0,
        ]),
      );
      const before: tf.Tensor2D = tf.mul(hidden, goesOn);
      const seen: tf.Tensor2D = tf.slice(x, [row, 0], [environments, x.shape[1]]);
      const sums: tf.Tensor2D = tf.add(
        tf.add(tf.matMul(seen, kernel), tf.matMul(before, recurrentKernel)),
        find('bias'),
      );
      const [i, f, g, o] = tf.split(sums, 4, 1);
      if (!i || !f || !g || !o) throw new Error('four gates are expected');
      cell = tf.add(tf.mul(tf.sigmoid(f), tf.mul(cell, goesOn)), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      hidden = tf.mul(tf.sigmoid(o), tf.tanh(cell));
      steps.push(tf.reshape(hidden, [environments, units]));
    }
    return tf.concat2d(steps, 0);
  };
  const tower = (x: tf.Tensor2D, prefix: string, layers: readonly Layer[]): tf.Tensor2D => {
    let row = x;
    let picture: tf.Tensor4D = tf.reshape(x, [-1, ...(pictureShape ?? [1, 1, x.shape[1]])]);
    for (const [index, spec] of layers.entries()) {
      const name = `${prefix}/${index}`;
      if (spec.type === 'dense') row = layer(row, name, spec.activation);
      else if (spec.type === 'lstm') row = remember(row, name, spec.units);
      else if (spec.type === 'conv2d') picture = convolve(picture, name, spec);
      else row = tf.reshape(picture, [x.shape[0], -1]);
    }
    return row;
  };
  const acted = record.observations.slice(0, record.actions.length);
  const observations = tf.tensor2d(acted.map((row) => [...row]));
  const advantages = tf.tensor1d(Array.from(algorithm.model.advantages));
  const returns = tf.tensor1d(Array.from(algorithm.model.returns));
  const width = layout.tensors.find(({ name }) => name === 'policyHead/bias')?.size ?? 0;
  const chosen = tf.oneHot(tf.tensor1d([...record.actions], 'int32'), width);
  let values: number[] = [];
  const computeLoss = (): tf.Scalar => {
    const actor = tower(observations, network.shared ? 'trunk' : 'policy', network.layers);
    const valueLayers = network.valueLayers ?? network.layers;
    const critic = network.shared ? actor : tower(observations, 'value', valueLayers);
    let logits = layer(actor, 'policyHead', 'linear');
    if (record.masks) {
      const allowed = tf.tensor2d(record.masks.map((row) => [...row]));
      logits = tf.add(logits, tf.mul(tf.sub(1, allowed), FORBIDDEN));
    }
    const value = tf.reshape(layer(critic, 'valueHead', 'linear'), [-1]);
    values = Array.from(value.dataSync());
    const logs = tf.logSoftmax(logits);
    const taken = tf.sum(tf.mul(logs, chosen), 1);
    const policyLoss = tf.neg(tf.mean(tf.mul(taken, advantages)));
    const valueLoss = tf.mean(tf.square(tf.sub(returns, value)));
    const entropy = tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logs), logs), 1)));
    const costs = tf.add(policyLoss, tf.mul(valueCoefficient, valueLoss));
    return tf.reshape(tf.sub(costs, tf.mul(entropyCoefficient, entropy)), []);
  };
  const { grads } = tf.variableGrads(computeLoss, [...variables.values()]);
  const gradients = new Map(
    [...variables].map(([name, { name: key }]) => [name, Array.from(grads[key]?.dataSync() ?? [])]),
  );
  tf.disposeVariables();
  return { gradients, values };
}

describe.each(cases)('$name', (testCase) => {
  it('gets the gradient that tfjs derives from the loss', () => {
    const replayed = replay(testCase);
    const { gradients, values } = differentiateWithTfjs(replayed);
    const { algorithm, layout } = replayed;
    expect(measureRelativeError(algorithm.model.values.slice(0, values.length), values)).toBeLessThan(
      tolerance,
    );
    // A bias that cancels to almost nothing keeps the rounding of what cancelled.
    const smallestScale = 0.01 * Math.max(...algorithm.gradient.map(Math.abs));
    for (const { name, offset, size } of layout.tensors) {
      const gradient = algorithm.gradient.subarray(offset, offset + size);
      expect(measureRelativeError(gradient, gradients.get(name) ?? [], smallestScale), name).toBeLessThan(
        tolerance,
      );
    }
  });
});

describe('finite differences', () => {
  /** The loss in float64 with the advantages and returns of the replay, which are constants in it. */
  function computeLoss(
    { algorithm, layout, spec, record }: ReturnType<typeof replay>,
    parameters: Float32Array,
  ) {
    const { network, valueCoefficient, entropyCoefficient } = spec;
    const rows = record.actions.length;
    return record.actions.reduce((total, action, row) => {
      const observation = record.observations[row] ?? [];
      const { logits, value } = forwardReference({ network, layout, parameters }, observation);
      const sum = logits.reduce((weights, logit) => weights + Math.exp(logit), 0);
      const logs = logits.map((logit) => logit - Math.log(sum));
      const entropy = -logs.reduce((terms, log) => terms + Math.exp(log) * log, 0);
      const policyLoss = -(logs[action] ?? Number.NaN) * (algorithm.model.advantages[row] ?? Number.NaN);
      const valueLoss = ((algorithm.model.returns[row] ?? Number.NaN) - value) ** 2;
      return total + (policyLoss + valueCoefficient * valueLoss - entropyCoefficient * entropy) / rows;
    }, 0);
  }

  it.each([true, false])('of the loss agree with the gradient (shared trunk: %s)', (shared) => {
    const replayed = replay({
      name: 'small',
      network: { shared, layers: dense('tanh', 5) },
      shape: { steps: 6, environments: 1, observationSize: 3, actions: 3, hasMask: false },
    });
    const { algorithm } = replayed;
    const nudge = 1e-3;
    const differences = Array.from(algorithm.parameters, (parameter, index) => {
      const above = algorithm.parameters.slice();
      const below = algorithm.parameters.slice();
      above[index] = parameter + nudge;
      below[index] = parameter - nudge;
      // Divided by the distance that float32 made of it.
      const distance = (above[index] ?? 0) - (below[index] ?? 0);
      return (computeLoss(replayed, above) - computeLoss(replayed, below)) / distance;
    });
    expect(measureRelativeError(algorithm.gradient, differences)).toBeLessThan(tolerance);
  });
});
