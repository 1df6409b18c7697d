// Gradient of convolutions by their filters on the wasm backend, against that of the cpu backend.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startBackend } from '../../../../../src/shared/engines/tfjs/start-backend.ts';
import { measureRelativeError } from '../../../../fixtures/measure-error.ts';

interface Convolution {
  readonly picture: readonly [height: number, width: number];
  readonly filter: readonly [height: number, width: number];
  readonly strides: number | [number, number];
  readonly padding: 'valid' | 'same';
}

const batch = 3;
const channels = 2;
const filters = 4;

async function differentiate(
  backend: 'wasm' | 'cpu',
  { picture, filter, strides, padding }: Convolution,
): Promise<Float32Array> {
  await startBackend(backend);
  const wave = (shape: [number, number, number, number], phase: number): tf.Tensor4D => {
    const numbers = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, index) =>
      Math.sin(phase + 1.7 * index),
    );
    return tf.tensor4d(numbers, shape);
  };
  return tf.tidy(() => {
    const pictures = wave([batch, ...picture, channels], 0);
    const kernel = wave([...filter, channels, filters], 1);
    const convolve = (weights: tf.Tensor4D): tf.Tensor4D => tf.conv2d(pictures, weights, strides, padding);
    const outputs = convolve(kernel);
    const weights = wave(outputs.shape, 2);
    const gradient = tf.grad((weight) =>
      tf.sum(tf.mul(convolve(tf.reshape<tf.Rank.R4>(weight, kernel.shape)), weights)),
    )(kernel);
    return Float32Array.from(gradient.dataSync());
  });
}

const convolutions: Readonly<Record<string, Convolution>> = {
  'no padding': { picture: [6, 5], filter: [3, 2], strides: 1, padding: 'valid' },
  'strides that leave a rest': { picture: [8, 8], filter: [3, 3], strides: 2, padding: 'valid' },
  'unequal strides': { picture: [7, 9], filter: [3, 2], strides: [1, 3], padding: 'valid' },
  'padding on both sides': { picture: [6, 5], filter: [3, 3], strides: 1, padding: 'same' },
  'more padding after than before': { picture: [6, 5], filter: [2, 4], strides: 1, padding: 'same' },
  'padding and strides': { picture: [7, 8], filter: [3, 3], strides: [2, 3], padding: 'same' },
  'strides longer than the filter': { picture: [9, 9], filter: [2, 2], strides: 3, padding: 'same' },
};

describe('the gradient by filters', () => {
  it.each(Object.keys(convolutions))('is that of the cpu backend: %s', async (name) => {
    const convolution = convolutions[name];
    if (!convolution) throw new RangeError(name);
    const expected = await differentiate('cpu', convolution);
    const gradient = await differentiate('wasm', convolution);
    expect(gradient).toHaveLength(expected.length);
    expect(measureRelativeError(gradient, expected)).toBeLessThan(1e-5);
  });
});
