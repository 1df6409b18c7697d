import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { loadTopology } from '../../../../../src/shared/engines/tfjs/load-topology.ts';
import { createTrainingPass } from '../../../../../src/shared/engines/tfjs/model-function.ts';
import { startBackend } from '../../../../../src/shared/engines/tfjs/start-backend.ts';
import { createChain } from '../../../../fixtures/topologies/written-topologies.ts';

it('a model draws no random numbers, also where it measures running statistics', async () => {
  await startBackend('cpu');
  const square = ['Reshape', { target_shape: [2, 2] }] as const;
  const inner = { class_name: 'GRU', config: { name: 'g', units: 2, dropout: 0.5, recurrent_dropout: 0.5 } };
  const noisy = createChain(
    ['GaussianNoise', { stddev: 10 }],
    ['Dropout', { rate: 0.5 }],
    ['GaussianDropout', { rate: 0.5 }],
    ['AlphaDropout', { rate: 0.5 }],
    square,
    ['Bidirectional', { merge_mode: 'concat', layer: inner }],
    ['Reshape', { target_shape: [2, 2] }],
    ['GRU', { units: 3, dropout: 0.5, recurrent_dropout: 0.5 }],
  );
  const model = await loadTopology(noisy);
  try {
    model.setWeights(model.weights.map(({ shape }) => tf.fill(shape.map(Number), 0.3)));
    const pass = createTrainingPass(model.inputs, model.outputs);
    const run = (): number[] => tf.tidy(() => [...(pass([tf.ones([3, 4])])[0]?.dataSync() ?? [])]);
    const first = run();
    expect(first.every(Number.isFinite)).toBe(true);
    expect(first.some((number) => number !== 0)).toBe(true);
    expect(run()).toEqual(first);
  } finally {
    model.dispose();
  }
});
