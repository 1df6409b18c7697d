// The gradients of actor and critic against those that tfjs derives from the two losses.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of tfjs's operations.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { WasmEngine } from '../../../../../src/shared/engines/wasm/wasm-engine.ts';
import type { Activation } from '../../../../../src/shared/network/layers/activation.ts';
import type { Layer } from '../../../../../src/shared/network/layers/layer-spec.ts';
import type { NetworkSpec } from '../../../../../src/shared/network/network-spec.ts';
import type { ActionGradientRule } from '../../../../../src/shared/engines/wasm/policy/action-gradient.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { createBoxSpace, type BoxSpace } from '../../../../../src/shared/spaces/space.ts';
import { ReplayBuffer } from '../../../../../src/worker/algorithms/ddpg/replay-buffer.ts';
import { measureRelativeError } from '../../../../fixtures/measure-error.ts';
import { drawParameters } from '../../../../fixtures/random-rollout.ts';
import { kernelKinds } from '../../../../fixtures/recorded-rollout.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const batchSize = 13;
const observationSize = 3;
const discount = 0.9;
const actionSpace: BoxSpace = { type: 'box', shape: [2], low: [-2, 0], high: [2, 1] };
const actionSize = 2;
const noLimits = { maxNorm: null, maxValue: null };

function dense(activation: Activation, ...units: number[]): Layer[] {
  return units.map((count) => ({ type: 'dense', units: count, activation }));
}

const separate = { shared: false, initialization: 'orthogonal' } as const;
const networks: readonly (readonly [string, NetworkSpec])[] = [
  ['relu towers', { ...separate, layers: dense('relu', 9, 8) }],
  ['towers of different layers', { ...separate, layers: dense('tanh', 6), valueLayers: dense('elu', 10, 5) }],
  ['a critic without layers', { ...separate, layers: dense('tanh', 4), valueLayers: [] }],
];

interface Setup {
  readonly network: NetworkSpec;
  readonly rule: ActionGradientRule;
  readonly huberThreshold: number | null;
}

function setUp({ network, rule, huberThreshold }: Setup) {
  const random = Random.fromSeed(5);
  const policy = { type: 'deterministic', outputActivation: rule === 'tanh' ? 'tanh' : 'linear' } as const;
  const model = new WasmEngine(kernelKinds.webAssembly).createDeterministic({
    shape: {
      network,
      observationShape: [observationSize],
      policyOutputs: actionSize,
      criticActionSize: actionSize,
    },
    policy,
    spaces: { observationSpace: createBoxSpace([observationSize], -10, 10), actionSpace },
    actionSpace,
    observationSize,
    capacity: 2,
    batchSize,
    settings: {
      discount,
      huberThreshold,
      invertGradients: rule === 'inverting',
      targetUpdate: { type: 'soft', fraction: 0.1 },
    },
  });
  const { layout, parameters, gradient } = model;
  const targetParameters = new Float32Array(layout.size);
  drawParameters(random, parameters);
  drawParameters(random, targetParameters);
  model.refresh();
  model.setState({ targetParameters, targetUpdates: 1 });
  const replay = new ReplayBuffer({ capacity: 20, observationSize, actionSize });
  const actedRows = 20;
  replay.add({
    actedRows,
    shape: {
      steps: actedRows,
      environments: 1,
      wholeEpisodes: null,
      observationSize,
      observationVariables: observationSize,
      actionSize,
      actedRows,
      capacity: 21,
    },
    observations: Float32Array.from({ length: 21 * observationSize }, () => random.nextNormal()),
    actions: Float32Array.from({ length: actedRows * actionSize }, () => random.nextUniform(0, 1)),
    rewards: Float32Array.from({ length: actedRows }, () => random.nextNormal()),
    ends: Uint8Array.from({ length: actedRows }, () => random.nextInteger(2)),
    finalRows: new Int32Array(actedRows),
  });
  replay.draw(Random.fromSeed(9), model.batch);
  const sameDraw = Random.fromSeed(9);
  const slots = Array.from({ length: batchSize }, () => sameDraw.nextInteger(replay.size));
  return { layout, parameters, targetParameters, replay, model, gradient, slots };
}

type Variables = ReadonlyMap<string, tf.Tensor>;

interface Tower {
  readonly prefix: string;
  readonly layers: readonly Layer[];
}

function runTower(variables: Variables, { prefix, layers }: Tower, input: tf.Tensor2D): tf.Tensor2D {
  const names = [...layers.map((_, index) => `${prefix}/${index}`), `${prefix}Head`];
  return names.reduce((x, name, index) => {
    const kernel = variables.get(`${name}/kernel`);
    const bias = variables.get(`${name}/bias`);
    if (!kernel || !bias) throw new Error(`no layer ${name}`);
    const y: tf.Tensor2D = tf.add(tf.matMul(x, tf.reshape(kernel, [x.shape[1], bias.size])), bias);
    const hidden = layers[index];
    const activation = hidden?.type === 'dense' ? hidden.activation : 'linear';
    return activation === 'linear' ? y : tf[activation](y);
  }, input);
}

function differentiateWithTfjs(setup: ReturnType<typeof setUp>, { network, rule, huberThreshold }: Setup) {
  const { layout, parameters, targetParameters, replay, slots } = setup;
  const gather = (numbers: Float32Array, size: number): tf.Tensor2D =>
    tf.tensor2d(slots.map((slot) => [...numbers.subarray(slot * size, (slot + 1) * size)]));
  const load = (numbers: Float32Array): Map<string, tf.Tensor> =>
    new Map(
      layout.tensors.map(({ name, offset, size, shape }) => [
        name,
        tf.tensor(numbers.slice(offset, offset + size), [...shape]),
      ]),
    );
  const variables = new Map([...load(parameters)].map(([name, tensor]) => [name, tf.variable(tensor)]));
  const targets = load(targetParameters);
  const low = tf.tensor1d([...actionSpace.low]);
  const range = tf.sub(tf.tensor1d([...actionSpace.high]), low);
  const valueTower = { prefix: 'value', layers: network.valueLayers ?? network.layers };
  const act = (from: Variables, observations: tf.Tensor2D): tf.Tensor2D => {
    const outputs = runTower(from, { prefix: 'policy', layers: network.layers }, observations);
    if (rule !== 'tanh') return outputs;
    return tf.add(tf.mul(tf.add(tf.tanh(outputs), 1), tf.div(range, 2)), low);
  };
  const value = (from: Variables, observations: tf.Tensor2D, actions: tf.Tensor2D): tf.Tensor1D =>
    tf.reshape(runTower(from, valueTower, tf.concat([observations, actions], 1)), [-1]);
  const observations = gather(replay.observations, observationSize);
  const observationsNext = gather(replay.nextObservations, observationSize);
  const actions = gather(replay.actions, actionSize);
  const rewards = tf.reshape(gather(replay.rewards, 1), [-1]);
  const continuations = tf.reshape(gather(replay.continuations, 1), [-1]);
  const valueNext = value(targets, observationsNext, act(targets, observationsNext));
  const y = tf.add(rewards, tf.mul(discount, tf.mul(continuations, valueNext)));
  const differentiate = (computeLoss: () => tf.Scalar) => {
    const { grads, value: loss } = tf.variableGrads(computeLoss, [...variables.values()]);
    return {
      loss: loss.dataSync()[0] ?? Number.NaN,
      of: (name: string) => Array.from(grads[variables.get(name)?.name ?? '']?.dataSync() ?? []),
    };
  };
  const actor = differentiate(() =>
    tf.neg(tf.mean(value(variables, observations, act(variables, observations)))),
  );
  const critic = differentiate(() => {
    const distance = tf.abs(tf.sub(value(variables, observations, actions), y));
    // x²/2 of the part up to the threshold, and the rest linearly.
    const near = huberThreshold === null ? distance : tf.minimum(distance, huberThreshold);
    const linear = tf.mul(huberThreshold ?? 0, tf.sub(distance, near));
    return tf.mean(tf.add(tf.div(tf.square(near), 2), linear));
  });
  return { actor, critic };
}

describe.each(networks)('%s', (_name, network) => {
  it.each([
    { rule: 'linear', huberThreshold: null },
    { rule: 'linear', huberThreshold: 0.5 },
    { rule: 'tanh', huberThreshold: null },
  ] as const)('get the gradients that tfjs derives: %j', ({ rule, huberThreshold }) => {
    const setup = { network, rule, huberThreshold };
    const built = setUp(setup);
    const expected = differentiateWithTfjs(built, setup);
    const { policyLoss, valueLoss } = built.model.differentiate('everything', noLimits);
    expect(policyLoss).toBeCloseTo(expected.actor.loss, 5);
    expect(valueLoss).toBeCloseTo(expected.critic.loss, 5);
    for (const { name, offset, size } of built.layout.tensors) {
      const gradient = built.gradient.subarray(offset, offset + size);
      const loss = name.startsWith('policy') ? expected.actor : expected.critic;
      expect(measureRelativeError(gradient, loss.of(name), 1e-3), name).toBeLessThan(1e-4);
    }
  });
});

describe('an actor that does not learn yet', () => {
  it('has the gradient 0, while the critic has its own', () => {
    const [[, network] = ['', undefined]] = networks;
    if (!network) throw new Error('no network');
    const { model, gradient, layout } = setUp({ network, rule: 'linear', huberThreshold: null });
    gradient.fill(7);
    model.differentiate('critic', noLimits);
    expect(gradient.subarray(0, layout.criticOffset).every((slope) => slope === 0)).toBe(true);
    expect(gradient.subarray(layout.criticOffset).some((slope) => slope !== 0)).toBe(true);
  });
});
