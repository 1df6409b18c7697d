// The peer that can be measured in the same minute: the same method on one thread with tfjs's own kernels.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// Registers the gradients of tfjs's operations.
import '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { builtInEnvironments, EnvironmentRegistry, Random } from '../src/index.ts';

const rolloutLength = 20;
const discount = 0.99;

interface Tower {
  readonly layers: readonly {
    readonly kernel: tf.Variable<tf.Rank.R2>;
    readonly bias: tf.Variable<tf.Rank.R1>;
  }[];
  readonly hidden: 'relu' | 'tanh';
}

/** Steps per second of actor-critic on CartPole-v1 with tfjs; `backend` is `cpu` or `wasm`. */
export async function measureTfjs(
  backend: 'cpu' | 'wasm',
  hiddenUnits: readonly number[],
  seconds: number,
): Promise<number> {
  setWasmPaths(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url).pathname);
  await tf.setBackend(backend);
  await tf.ready();
  const hidden = hiddenUnits.length > 1 ? 'tanh' : 'relu';
  const policy = createTower([4, ...hiddenUnits, 2], hidden);
  const value = createTower([4, ...hiddenUnits, 1], hidden);
  const optimizer = tf.train.adam(0.001);
  const environment = new EnvironmentRegistry(builtInEnvironments).get('CartPole-v1').create();
  const random = Random.fromSeed(1);
  const observation = new Float32Array(4);
  const action = new Float32Array(1);
  environment.reset(random);
  let steps = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1000) {
    const observations: number[][] = [];
    const actions: number[] = [];
    for (let step = 0; step < rolloutLength; step += 1) {
      environment.observe(observation, 0);
      observations.push([...observation]);
      const [first = 0.5] = tf.tidy(() =>
        tf.softmax(forward(policy, tf.tensor2d([[...observation]]))).dataSync(),
      );
      action[0] = random.nextFloat() < first ? 0 : 1;
      actions.push(action[0]);
      environment.step(action, 0, random);
      if (environment.terminated) environment.reset(random);
    }
    steps += rolloutLength;
    tf.tidy(() => {
      const batch = tf.tensor2d(observations);
      const returns = tf.tensor1d(discountRewards());
      const advantages = tf.sub(returns, tf.squeeze(forward(value, batch), [1]));
      optimizer.minimize(() => {
        const logits = forward(policy, batch);
        const logProbabilities = tf.logSoftmax(logits);
        const chosen = tf.sum(tf.mul(logProbabilities, tf.oneHot(tf.tensor1d(actions, 'int32'), 2)), 1);
        const entropy = tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1)));
        const policyLoss = tf.neg(tf.mean(tf.mul(chosen, advantages)));
        const valueLoss = tf.mean(tf.square(tf.sub(returns, tf.squeeze(forward(value, batch), [1]))));
        return tf.reshape<tf.Rank.R0>(
          tf.add(tf.add(policyLoss, tf.mul(0.5, valueLoss)), tf.mul(-0.01, entropy)),
          [],
        );
      });
    });
  }
  return steps / ((performance.now() - startedAt) / 1000);
}

function createTower(sizes: readonly number[], hidden: 'relu' | 'tanh'): Tower {
  const layers = sizes.slice(1).map((outputs, index) => ({
    kernel: tf.variable(tf.randomNormal<tf.Rank.R2>([sizes[index] ?? 1, outputs], 0, 0.1)),
    bias: tf.variable(tf.zeros<tf.Rank.R1>([outputs])),
  }));
  return { layers, hidden };
}

function forward({ layers, hidden }: Tower, input: tf.Tensor2D): tf.Tensor2D {
  return layers.reduce((x, { kernel, bias }, index) => {
    const sum: tf.Tensor2D = tf.add(tf.matMul(x, kernel), bias);
    if (index === layers.length - 1) return sum;
    return hidden === 'relu' ? tf.relu(sum) : tf.tanh(sum);
  }, input);
}

function discountRewards(): number[] {
  const returns: number[] = [];
  let sum = 0;
  for (let step = 0; step < rolloutLength; step += 1) {
    sum = 1 + discount * sum;
    returns.unshift(sum);
  }
  return returns;
}
