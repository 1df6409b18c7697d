import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { startBackend, type PeerBackend } from '../../../../bench/tfjs-peer/backend.ts';

const createWave = (shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(
    Array.from({ length: tf.util.sizeFromShape(shape) }, (_, index) => Math.sin(1.7 * index)),
    shape,
  );

async function differentiate(
  backend: PeerBackend,
  { size, kernelSize, strides }: { size: number; kernelSize: number; strides: number },
): Promise<number[]> {
  await startBackend(backend);
  const pictures = createWave([5, size, size, 2]);
  const shape: [number, number, number, number] = [kernelSize, kernelSize, 2, 6];
  const gradient = tf.grad((kernel: tf.Tensor) =>
    tf.sum(tf.square(tf.conv2d(pictures, tf.reshape<tf.Rank.R4>(kernel, shape), strides, 'valid'))),
  );
  return [...gradient(createWave(shape)).dataSync()];
}

it.each([
  { size: 10, kernelSize: 3, strides: 1 },
  { size: 9, kernelSize: 3, strides: 2 },
  { size: 10, kernelSize: 3, strides: 2 },
  { size: 11, kernelSize: 4, strides: 3 },
])('a convolution has the same gradient by its kernel with wasm as with cpu: %o', async (convolution) => {
  const expected = await differentiate('cpu', convolution);
  const actual = await differentiate('wasm', convolution);
  expect(actual).toHaveLength(expected.length);
  actual.forEach((derivative, index) => {
    expect(derivative).toBeCloseTo(expected[index] ?? Number.NaN, 2);
  });
});
