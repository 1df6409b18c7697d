// Distributions over actions from the outputs of a network.
import * as tf from '@tensorflow/tfjs-core';
import type { JobSpec, Random } from '../../src/index.ts';
import { listAlternatives, type EnvironmentSpaces } from '../../src/shared/policy/describe-network.ts';
import { flatSize } from '../../src/shared/spaces/space.ts';

export interface PolicyHead {
  /** Numbers it takes from the network per row. */
  readonly outputs: number;
  /** Parameters of its own beside the network's. */
  readonly variables: readonly tf.Variable[];
  /** Draws the action of one row. */
  sample(outputs: tf.Tensor, random: Random, action: Float32Array): void;
  /** log π(a|s) per row, and the mean entropy. */
  evaluate(outputs: tf.Tensor, actions: Float32Array): { logProbabilities: tf.Tensor; entropy: tf.Tensor };
}

export function createPolicyHead(
  policy: JobSpec['policy'],
  { actionSpace }: Pick<EnvironmentSpaces, 'actionSpace'>,
): PolicyHead {
  switch (policy.type) {
    case 'categorical':
      return createCategoricalHead(listAlternatives(actionSpace)[0] ?? 1);
    case 'gaussian':
      return createGaussianHead(flatSize(actionSpace), policy.initialLogStandardDeviation);
    case 'multiCategorical':
    case 'gaussianStateDependent':
    case 'gsde':
    case 'deterministic':
      throw new RangeError(
        `the tfjs peer has no ${policy.type} policy: add it to bench/tfjs-peer/policy-heads.ts`,
      );
  }
}

function createCategoricalHead(alternatives: number): PolicyHead {
  return {
    outputs: alternatives,
    variables: [],
    sample(outputs, random, action) {
      const probabilities = tf.softmax(outputs).dataSync();
      let rest = random.nextFloat();
      // Rounding may leave a little of the draw after the last alternative, which then is the one.
      const chosen = probabilities.findIndex((probability) => (rest -= probability) < 0);
      action[0] = chosen < 0 ? alternatives - 1 : chosen;
    },
    evaluate(outputs, actions) {
      const logProbabilities = tf.logSoftmax(outputs);
      const chosen = tf.oneHot(tf.tensor1d(actions, 'int32'), alternatives);
      return {
        logProbabilities: tf.sum(tf.mul(logProbabilities, chosen), 1),
        entropy: tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1))),
      };
    },
  };
}

/** log N(x; μ, σ) = −((x − μ)/σ)²/2 − log σ − log √(2π), summed over the action's elements. */
function createGaussianHead(size: number, initialLogStandardDeviation: number): PolicyHead {
  const logStandardDeviation = tf.variable(tf.fill<tf.Rank.R1>([size], initialLogStandardDeviation));
  const halfLogTwoPi = Math.log(2 * Math.PI) / 2;
  return {
    outputs: size,
    variables: [logStandardDeviation],
    sample(outputs, random, action) {
      const means = outputs.dataSync();
      const logStandardDeviations = logStandardDeviation.dataSync();
      for (const [index, mean] of means.entries()) {
        action[index] = mean + Math.exp(logStandardDeviations[index] ?? 0) * random.nextNormal();
      }
    },
    evaluate(outputs, actions) {
      const taken = tf.tensor2d(actions, [actions.length / size, size]);
      const deviations = tf.div(tf.sub(taken, outputs), tf.exp(logStandardDeviation));
      const elements = tf.sub(
        tf.mul(-0.5, tf.square(deviations)),
        tf.add(logStandardDeviation, halfLogTwoPi),
      );
      return {
        logProbabilities: tf.sum(elements, 1),
        entropy: tf.sum(tf.add(logStandardDeviation, halfLogTwoPi + 0.5)),
      };
    },
  };
}
