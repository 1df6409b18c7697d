// Trains CartPole with a network of one's own, made of TensorFlow.js layers: npx node examples/train-topology.ts
import '@tensorflow/tfjs-backend-cpu';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { train } from '../src/index.ts';

/** Adds a layer; with symbolic inputs, layers return symbolic outputs. */
function add(layer: { apply(tensor: SymbolicTensor): unknown }, below: SymbolicTensor): SymbolicTensor {
  const output = layer.apply(below);
  if (!isSymbolic(output)) throw new TypeError('the layer has several outputs');
  return output;
}

function isSymbolic(value: unknown): value is SymbolicTensor {
  return typeof value === 'object' && value !== null && 'sourceLayer' in value;
}

const observation = input({ shape: [4] });
const sequence = add(layers.reshape({ targetShape: [4, 1] }), observation);
// The initializers only have to exist: a job draws its weights itself.
const summary = add(layers.gru({ units: 16, recurrentInitializer: 'zeros' }), sequence);
const normalized = add(layers.batchNormalization(), summary);
const policy = add(layers.dense({ units: 2, name: 'policy' }), normalized);
const value = add(layers.dense({ units: 1, name: 'value' }), normalized);
const json: unknown = model({ inputs: observation, outputs: [policy, value] }).toJSON(null, false);
if (typeof json !== 'object') throw new TypeError('the model has no JSON');

const outcome = await train(
  {
    environment: 'CartPole-v1',
    seed: 1,
    network: { modelTopology: { ...json } },
    stop: { maxSteps: 40_000 },
  },
  {
    directory: './a3c-model',
    onEvaluation: ({ mean, steps }) => {
      console.log(`after ${steps} steps the greedy policy reaches ${mean}`);
    },
  },
);

console.log(`best model: ${outcome.best?.evaluation.mean ?? 'none'} in ./a3c-model/best`);
