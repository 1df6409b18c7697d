// Rollout of a peer: it plays one environment and records its steps with the code that workers use.
import * as tf from '@tensorflow/tfjs-core';
import type { EnvironmentDefinition } from '../../src/index.ts';
import { planRollout, Rollout } from '../../src/worker/rollout.ts';

export function createRollout(rolloutLength: number, definition: EnvironmentDefinition): Rollout {
  const shape = planRollout({ rolloutLength, environmentsPerWorker: 1, rolloutEpisodes: null }, definition);
  return new Rollout(shape, {
    observations: new Float32Array(shape.capacity * shape.observationSize),
    actions: new Float32Array(shape.capacity * shape.actionSize),
    mask: null,
  });
}

/** Observations of `count` rows as a tensor. */
export function readObservations({ observations, shape }: Rollout, row: number, count: number): tf.Tensor2D {
  const { observationSize } = shape;
  const numbers = observations.subarray(row * observationSize, (row + count) * observationSize);
  return tf.tensor2d(numbers, [count, observationSize]);
}
