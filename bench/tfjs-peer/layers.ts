// The layers of a job's network as tfjs operations.
import * as tf from '@tensorflow/tfjs-core';
import type { PlacedLayer } from '../../src/shared/network/layer-shapes.ts';
import type { Activation } from '../../src/shared/network/network-spec.ts';
import { LstmLayer } from './lstm-layer.ts';
import { createBias, createKernel } from './variables.ts';

export interface PeerLayer {
  readonly variables: readonly tf.Variable[];
  /** Outputs of rows: steps of one environment that follow each other, and which of them begin an episode. */
  forward(rows: tf.Tensor, starts: readonly boolean[]): tf.Tensor;
  /** Marks the present state, for layers that have one. */
  mark?(): void;
  /** Goes back to the marked state. */
  rewind?(): void;
}

export function createPeerLayer({ layer, inputShape, outputShape }: PlacedLayer): PeerLayer {
  const inputs = inputShape.at(-1) ?? 1;
  const outputs = outputShape.at(-1) ?? 1;
  switch (layer.type) {
    case 'dense':
      return createDenseLayer(inputs, outputs, layer.activation);
    case 'conv2d': {
      const { kernelSize, strides, activation } = layer;
      const kernel = createKernel<tf.Rank.R4>([kernelSize, kernelSize, inputs, outputs]);
      const bias = createBias(outputs);
      return {
        variables: [kernel, bias],
        forward(rows) {
          const pictures = tf.reshape<tf.Rank.R4>(rows, [-1, ...pictureShape(inputShape)]);
          return activate(tf.add(tf.conv2d(pictures, kernel, strides, 'valid'), bias), activation);
        },
      };
    }
    case 'flatten':
      return { variables: [], forward: (rows) => tf.reshape(rows, [rows.shape[0] ?? 1, outputs]) };
    case 'lstm':
      return new LstmLayer(inputs, layer.units);
  }
}

export function createDenseLayer(inputs: number, outputs: number, activation: Activation): PeerLayer {
  const kernel = createKernel<tf.Rank.R2>([inputs, outputs]);
  const bias = createBias(outputs);
  return {
    variables: [kernel, bias],
    forward: (rows) => activate(tf.add(tf.matMul(rows, kernel), bias), activation),
  };
}

function activate(sums: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case 'relu':
      return tf.relu(sums);
    case 'tanh':
      return tf.tanh(sums);
    case 'elu':
      return tf.elu(sums);
    case 'linear':
      return sums;
  }
}

function pictureShape([height = 1, width = 1, channels = 1]: readonly number[]): [number, number, number] {
  return [height, width, channels];
}
