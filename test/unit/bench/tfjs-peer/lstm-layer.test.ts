import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { startBackend } from '../../../../bench/tfjs-peer/backend.ts';
import { LstmLayer } from '../../../../bench/tfjs-peer/lstm-layer.ts';

beforeAll(async () => {
  await startBackend('cpu');
});

it('computes unrolled and rewound what it computed step by step, and begins episodes without a memory', () => {
  const layer = new LstmLayer(2, 3);
  const forward = (row: number[], isStart: boolean): number[] => [
    ...layer.forward(tf.tensor2d([row]), [isStart]).dataSync(),
  ];
  const first = forward([1, 2], true);
  layer.mark();
  const steps = [
    [1, 2],
    [3, 4],
    [1, 2],
    [3, 4],
  ];
  const starts = [false, false, true, false];
  const single = steps.map((row, index) => forward(row, starts[index] ?? false));
  layer.rewind();
  const unrolled = layer.forward(tf.tensor2d(steps), starts).arraySync();
  expect(unrolled).toEqual(single);
  expect(single[2]).toEqual(first);
  expect(single[0]).not.toEqual(first);
});
