// The clipped loss written down once more, in tfjs for its automatic gradients: minibatches, networks and settings drawn
// at random, by one seed each.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of tfjs's operations.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeNetwork } from '../../../../../src/shared/algorithms/describe-network.ts';
import type { ActorCriticModel } from '../../../../../src/shared/engines/actor-critic-model.ts';
import { compileKernels } from '../../../../../src/shared/engines/wasm/compile-kernels.ts';
import { WasmEngine } from '../../../../../src/shared/engines/wasm/wasm-engine.ts';
import type { Layer } from '../../../../../src/shared/network/layers/layer-spec.ts';
import type { PolicySpec } from '../../../../../src/shared/policy/policy-spec.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { createBoxSpace, type ActionSpace } from '../../../../../src/shared/spaces/space.ts';
import { exampleSpec } from '../../../../fixtures/example-job.ts';
import { measureRelativeError } from '../../../../fixtures/measure-error.ts';
import { drawParameters } from '../../../../fixtures/random-rollout.ts';

const tolerance = 2e-4;
const seeds = Array.from({ length: 24 }, (_, index) => index + 1);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Case {
  readonly rows: number;
  readonly observationSize: number;
  readonly shared: boolean;
  readonly layers: (Layer & { type: 'dense' })[];
  readonly policy: PolicySpec;
  readonly actionSpace: ActionSpace;
  readonly loss: {
    readonly type: 'clipped';
    readonly clipRange: number;
    readonly valueClipRange: number | null;
    readonly valueCoefficient: number;
    readonly entropyCoefficient: number;
  };
}

function drawCase(random: Random): Case {
  const isGaussian = random.nextInteger(2) === 1;
  const layers = Array.from({ length: random.nextInteger(3) }, () => ({
    type: 'dense' as const,
    units: 1 + random.nextInteger(20),
    activation: (['tanh', 'elu', 'linear'] as const)[random.nextInteger(3)] ?? 'tanh',
  }));
  return {
    rows: 2 + random.nextInteger(40),
    observationSize: 1 + random.nextInteger(6),
    shared: random.nextInteger(2) === 1,
    layers,
    policy: isGaussian
      ? { type: 'gaussian', initialLogStandardDeviation: 0, minimumStandardDeviation: 1e-3 }
      : { type: 'categorical' },
    actionSpace: isGaussian
      ? createBoxSpace([1 + random.nextInteger(3)], -1, 1)
      : { type: 'discrete', n: 2 + random.nextInteger(5) },
    loss: {
      type: 'clipped',
      clipRange: random.nextUniform(0.05, 0.4),
      valueClipRange: random.nextInteger(2) === 1 ? random.nextUniform(0.05, 1) : null,
      valueCoefficient: random.nextUniform(0, 1),
      entropyCoefficient: random.nextUniform(0, 0.1),
    },
  };
}

/** A model with everything that a minibatch has, its policy some way from the one that acted. */
function createModel({ rows, observationSize, shared, layers, policy, actionSpace }: Case, random: Random) {
  const spaces = { observationSpace: createBoxSpace([observationSize], -10, 10), actionSpace };
  const network = { shared, layers, initialization: 'orthogonal' as const };
  const model = WasmEngine.open(compileKernels()).createActorCritic({
    shape: describeNetwork({ ...exampleSpec, network, policy }, spaces),
    policy,
    spaces,
    hasActionMask: false,
    observationSize,
    capacity: rows,
    lossRows: rows,
    environments: 1,
    random: random.split(0),
  });
  drawParameters(random, model.parameters);
  model.refresh();
  const fill = (target: Float32Array, draw: () => number): void => {
    target.set(target.map(draw));
  };
  fill(model.observations, () => random.nextNormal());
  fill(model.actions, () =>
    actionSpace.type === 'discrete' ? random.nextInteger(actionSpace.n) : random.nextNormal(),
  );
  fill(model.advantages, () => random.nextNormal());
  fill(model.returns, () => random.nextNormal());
  model.computePolicy(0, rows);
  model.computeValues(0, rows);
  model.computeLogProbabilities(rows);
  model.oldLogProbabilities.set(model.logProbabilities.map((one) => one + 0.3 * random.nextNormal()));
  model.oldValues.set(model.values.map((one) => one + 0.5 * random.nextNormal()));
  return model;
}

/** The loss's gradient of every tensor, and its figures, by tfjs. */
function differentiateWithTfjs(model: ActorCriticModel, { shared, layers, actionSpace, loss, rows }: Case) {
  const variables = new Map(
    model.layout.tensors.map(({ name, offset, size, shape }) => [
      name,
      tf.variable(tf.tensor(model.parameters.slice(offset, offset + size), [...shape])),
    ]),
  );
  const find = (name: string): tf.Tensor => {
    const variable = variables.get(name);
    if (!variable) throw new Error(`there is no ${name}`);
    return variable;
  };
  const vector = (numbers: Float32Array): tf.Tensor1D => tf.tensor1d(numbers.slice(0, rows));
  const layer = (x: tf.Tensor2D, name: string, activation: string): tf.Tensor2D => {
    const matrix: tf.Tensor2D = tf.reshape(find(`${name}/kernel`), [x.shape[1], find(`${name}/bias`).size]);
    const sums: tf.Tensor2D = tf.add(tf.matMul(x, matrix), find(`${name}/bias`));
    return activation === 'tanh' ? tf.tanh(sums) : activation === 'elu' ? tf.elu(sums) : sums;
  };
  const tower = (prefix: string): tf.Tensor2D =>
    layers.reduce<tf.Tensor2D>(
      (x, { activation }, index) => layer(x, `${prefix}/${index}`, activation),
      tf.tensor2d(model.observations, [rows, model.observations.length / rows]),
    );
  /** log π of the actions, and the entropy, of each row. */
  const judge = (outputs: tf.Tensor2D): { taken: tf.Tensor; entropy: tf.Tensor } => {
    if (actionSpace.type === 'discrete') {
      const logs = tf.logSoftmax(outputs);
      const chosen = tf.oneHot(tf.cast(vector(model.actions), 'int32'), actionSpace.n);
      return {
        taken: tf.sum(tf.mul(logs, chosen), 1),
        entropy: tf.neg(tf.sum(tf.mul(tf.exp(logs), logs), 1)),
      };
    }
    const logDeviations = find('logStandardDeviation');
    const size = logDeviations.size;
    const actions = tf.tensor2d(model.actions.slice(0, rows * size), [rows, size]);
    const standardized = tf.div(tf.sub(actions, outputs), tf.exp(logDeviations));
    const logs = tf.sub(
      tf.sub(tf.mul(-0.5, tf.square(standardized)), logDeviations),
      0.5 * Math.log(2 * Math.PI),
    );
    const entropy = tf.sum(tf.add(logDeviations, 0.5 * (1 + Math.log(2 * Math.PI))));
    return { taken: tf.sum(logs, 1), entropy: tf.mul(tf.ones([rows]), entropy) };
  };
  const figures = { policyLoss: 0, valueLoss: 0, entropy: 0, approximateKl: 0, clipFraction: 0 };
  const computeLoss = (): tf.Scalar => {
    const actor = tower(shared ? 'trunk' : 'policy');
    const critic = shared ? actor : tower('value');
    const { taken, entropy } = judge(layer(actor, 'policyHead', 'linear'));
    const value = tf.reshape(layer(critic, 'valueHead', 'linear'), [-1]);
    const logRatio = tf.sub(taken, vector(model.oldLogProbabilities));
    const ratio = tf.exp(logRatio);
    const advantages = vector(model.advantages);
    const clipped = tf.clipByValue(ratio, 1 - loss.clipRange, 1 + loss.clipRange);
    const surrogate = tf.minimum(tf.mul(ratio, advantages), tf.mul(clipped, advantages));
    const returns = vector(model.returns);
    const oldValues = vector(model.oldValues);
    const error = tf.square(tf.sub(returns, value));
    const { valueClipRange } = loss;
    const errors =
      valueClipRange === null
        ? error
        : tf.maximum(
            error,
            tf.square(
              tf.sub(
                returns,
                tf.add(oldValues, tf.clipByValue(tf.sub(value, oldValues), -valueClipRange, valueClipRange)),
              ),
            ),
          );
    const policyLoss = tf.neg(tf.mean(surrogate));
    const valueLoss = tf.mean(errors);
    const meanEntropy = tf.mean(entropy);
    const read = (tensor: tf.Tensor): number => tensor.dataSync()[0] ?? Number.NaN;
    figures.policyLoss = read(policyLoss);
    figures.valueLoss = read(valueLoss);
    figures.entropy = read(meanEntropy);
    figures.approximateKl = read(tf.mean(tf.sub(tf.sub(ratio, 1), logRatio)));
    figures.clipFraction = read(
      tf.mean(tf.cast(tf.greater(tf.abs(tf.sub(ratio, 1)), loss.clipRange), 'float32')),
    );
    const costs = tf.add(policyLoss, tf.mul(loss.valueCoefficient, valueLoss));
    return tf.reshape(tf.sub(costs, tf.mul(loss.entropyCoefficient, meanEntropy)), []);
  };
  const { grads } = tf.variableGrads(computeLoss, [...variables.values()]);
  const gradients = new Map(
    [...variables].map(([name, { name: key }]) => [name, Array.from(grads[key]?.dataSync() ?? [])]),
  );
  tf.disposeVariables();
  return { gradients, figures };
}

describe.each(seeds)('a minibatch drawn from seed %i', (seed) => {
  it('has the losses and the gradient that tfjs derives', () => {
    const random = Random.fromSeed(seed);
    const drawn = drawCase(random);
    const model = createModel(drawn, random);
    const metrics = model.differentiate(drawn.rows, drawn.loss, { maxNorm: null, maxValue: null });
    const { gradients, figures } = differentiateWithTfjs(model, drawn);
    for (const name of ['policyLoss', 'valueLoss', 'entropy', 'approximateKl', 'clipFraction'] as const)
      expect(Math.abs(metrics[name] - figures[name]), name).toBeLessThan(
        tolerance * Math.max(1, Math.abs(figures[name])),
      );
    // What cancels to almost nothing keeps the rounding of what cancelled.
    const smallestScale = 0.01 * Math.max(...model.gradient.map(Math.abs));
    for (const { name, offset, size } of model.layout.tensors) {
      const gradient = model.gradient.subarray(offset, offset + size);
      expect(measureRelativeError(gradient, gradients.get(name) ?? [], smallestScale), name).toBeLessThan(
        tolerance,
      );
    }
  });
});
