// Network functions of the TensorFlow.js engine for one network.
import type { NetworkShape } from '../../network/parameter-layout.ts';
import { countElements } from '../../network/shape.ts';
import type { NetworkFunctions } from '../network-function.ts';
import { loadModelParts, type ModelParts } from './load-model-parts.ts';
import { readRowShape } from './model-function.ts';
import { TfjsActorCriticFunction } from './tfjs-actor-critic-function.ts';
import { TfjsDeterministicFunction } from './tfjs-deterministic-function.ts';

/** An algorithm has at most two models of its network: ddpg a target network, ppo one for minibatches. */
const MODELS = 2;

/**
 * Loads the models of a network, each with weights of its own. They must be loaded before they are needed, because
 * TensorFlow.js loads models asynchronously. The backend must have been started.
 */
export async function createTfjsNetworks(shape: NetworkShape): Promise<NetworkFunctions> {
  const models = await Promise.all(Array.from({ length: MODELS }, async () => await loadModelParts(shape)));
  const unused = [...models];
  const { features, states } = peek(models);
  const sizes = states.map(({ input }) => countElements(readRowShape(input)));
  const featureSize = features ? countElements(readRowShape(features)) : 0;
  return {
    measure: ({ policyReadsFeatures = false }) => ({
      features: policyReadsFeatures ? featureSize : 0,
      states: sizes,
    }),
    createActorCritic: (_, arrays) => new TfjsActorCriticFunction(take(unused), arrays),
    createDeterministic: (_, arrays) => new TfjsDeterministicFunction(take(unused), arrays),
    close: () => {
      for (const { model } of models) model.dispose();
    },
  };
}

function peek([first]: readonly ModelParts[]): ModelParts {
  if (!first) throw new RangeError('no model was loaded');
  return first;
}

function take(unused: ModelParts[]): ModelParts {
  const model = unused.pop();
  if (!model) throw new RangeError(`an engine of TensorFlow.js has at most ${MODELS} models`);
  return model;
}
