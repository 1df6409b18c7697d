// Trial of a topology: the backends differ in the operations that they can differentiate.
import * as tf from '@tensorflow/tfjs-core';
import { includedBackends, type IncludedBackend } from '../engine-choice.ts';
import { InvalidTopologyError } from './invalid-topology-error.ts';
import { loadTopology } from './load-topology.ts';
import { createFunction, createTrainingPass, readRowShape } from './model-function.ts';
import { startBackend } from './start-backend.ts';

/** Finds the best backend that can differentiate the model. Throws InvalidTopologyError if none can. */
export async function findBackend(topology: object): Promise<IncludedBackend> {
  let reason = '';
  for (const backend of includedBackends) {
    try {
      await startBackend(backend);
      await tryGradient(topology);
      return backend;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  throw new InvalidTopologyError(`TensorFlow.js cannot differentiate this model: ${reason}`);
}

/** Computes, for two rows, what a worker would. */
async function tryGradient(topology: object): Promise<void> {
  const model = await loadTopology(topology);
  try {
    const variables = model.trainableWeights
      .map((weight) => weight.read())
      .filter((weight) => weight instanceof tf.Variable);
    if (variables.length === 0) throw new InvalidTopologyError('it has no weights to train');
    const { inputs, outputs } = model;
    const compute = createFunction(inputs, outputs);
    tf.tidy(() => {
      const rows = inputs.map((input) => tf.zeros([2, ...readRowShape(input)]));
      tf.variableGrads(
        () => tf.reshape(tf.addN(compute(rows).map((output) => tf.sum(output))), []),
        variables,
      );
      if (model.nonTrainableWeights.length > 0) createTrainingPass(inputs, outputs)(rows);
    });
  } finally {
    model.dispose();
  }
}
