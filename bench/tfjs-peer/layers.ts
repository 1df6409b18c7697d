// The layers of a job's network as tfjs operations.
import * as tf from '@tensorflow/tfjs-core';
import type { PlacedLayer } from '../../src/shared/network/layer-shapes.ts';
import type { Activation } from '../../src/shared/network/layers/activation.ts';
import type { LayerType } from '../../src/shared/network/layers/layer-spec.ts';
import { countElements } from '../../src/shared/network/shape.ts';
import { LstmLayer } from './lstm-layer.ts';
import type { PeerLayer } from './peer-layer.ts';
import { createBias, createKernel } from './variables.ts';

type PeerLayers = { readonly [Type in LayerType]: (placed: PlacedLayer<Type>) => PeerLayer };

const peerLayers: PeerLayers = {
  dense: ({ layer, inputShape }) =>
    createDenseLayer(countElements(inputShape), layer.units, layer.activation),
  conv2d: createConvolutionLayer,
  flatten: ({ outputShape }) => ({
    variables: [],
    forward: (rows) => tf.reshape(rows, [rows.shape[0] ?? 1, ...outputShape]),
  }),
  lstm: ({ layer, inputShape }) => new LstmLayer(countElements(inputShape), layer.units),
};

export function createPeerLayer<Type extends LayerType>(placed: PlacedLayer<Type>): PeerLayer {
  return peerLayers[placed.layer.type](placed);
}

function createConvolutionLayer({ layer, inputShape }: PlacedLayer<'conv2d'>): PeerLayer {
  const { filters, kernelSize, strides, activation } = layer;
  const kernel = createKernel<tf.Rank.R4>([kernelSize, kernelSize, inputShape.at(-1) ?? 1, filters]);
  const bias = createBias(filters);
  return {
    variables: [kernel, bias],
    forward(rows) {
      const pictures = tf.reshape<tf.Rank.R4>(rows, [-1, ...pictureShape(inputShape)]);
      return activate(tf.add(tf.conv2d(pictures, kernel, strides, 'valid'), bias), activation);
    },
  };
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
