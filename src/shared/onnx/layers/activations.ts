// Activations by their names in Keras (https://keras.io/api/layers/activations), and the layers that are one.
import { z } from 'zod';
import type { LayerGraph } from '../layer-graph.ts';
import type { OnnxAttribute } from '../onnx-graph.ts';
import type { LayerConverter } from './layer-converter.ts';

const float = (value: number): OnnxAttribute => ({ type: 'float', value });
const lastAxis = { axis: { type: 'int', value: -1 } } as const;
const hardSigmoid = { alpha: float(0.2), beta: float(0.5) };

type Activation = (graph: LayerGraph, input: string) => string;

/** Creates an activation that is one node. */
function createActivation(operator: string, attributes: Record<string, OnnxAttribute> = {}): Activation {
  return (graph, input) => graph.add(operator, [input], { attributes });
}

const activations = {
  linear: (_graph, input) => input,
  relu: createActivation('Relu'),
  relu6: (graph, input) => graph.add('Clip', [input, graph.addNumbers([0]), graph.addNumbers([6])]),
  elu: createActivation('Elu', { alpha: float(1) }),
  // Klambauer et al. 2017.
  selu: createActivation('Selu', { alpha: float(1.6732632423543772), gamma: float(1.0507009873554805) }),
  tanh: createActivation('Tanh'),
  sigmoid: createActivation('Sigmoid'),
  hard_sigmoid: createActivation('HardSigmoid', hardSigmoid),
  softplus: createActivation('Softplus'),
  softsign: createActivation('Softsign'),
  softmax: createActivation('Softmax', lastAxis),
  log_softmax: createActivation('LogSoftmax', lastAxis),
  // x·σ(x), Ramachandran et al. 2017.
  swish: (graph, input) => graph.add('Mul', [input, graph.add('Sigmoid', [input])]),
  // x·tanh(ln(1 + eˣ)), Misra 2019.
  mish: (graph, input) => graph.add('Mul', [input, graph.add('Tanh', [graph.add('Softplus', [input])])]),
} satisfies Record<string, Activation>;

type ActivationName = keyof typeof activations;

function isActivationName(name: string): name is ActivationName {
  return Object.hasOwn(activations, name);
}

/** TensorFlow.js names activations in camelCase, and writes them in snake_case. */
export const activationNameSchema = z
  .string()
  .transform((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
  .refine(isActivationName);

/** The `activation` of a layer; without one, it is linear. */
export const activationFieldSchema = activationNameSchema
  .nullish()
  .transform((name): ActivationName => name ?? 'linear');

export function addActivation(graph: LayerGraph, name: ActivationName, input: string): string {
  return activations[name](graph, input);
}

export const activation: LayerConverter = (graph, [input]) => {
  const { activation: name } = graph.readConfig(z.object({ activation: activationNameSchema }));
  return [{ ...input, name: addActivation(graph, name, input.name) }];
};

export const relu: LayerConverter = (graph, [input]) => {
  const { max_value: maximum } = graph.readConfig(z.object({ max_value: z.number().nullish() }));
  if (maximum === undefined || maximum === null) return [{ ...input, name: graph.add('Relu', [input.name]) }];
  const limits = [graph.addNumbers([0]), graph.addNumbers([maximum])];
  return [{ ...input, name: graph.add('Clip', [input.name, ...limits]) }];
};

export const leakyRelu: LayerConverter = (graph, [input]) => {
  const { alpha } = graph.readConfig(z.object({ alpha: z.number().default(0.3) }));
  const name = graph.add('LeakyRelu', [input.name], { attributes: { alpha: float(alpha) } });
  return [{ ...input, name }];
};

export const elu: LayerConverter = (graph, [input]) => {
  const { alpha } = graph.readConfig(z.object({ alpha: z.number().default(1) }));
  return [{ ...input, name: graph.add('Elu', [input.name], { attributes: { alpha: float(alpha) } }) }];
};

export const thresholdedRelu: LayerConverter = (graph, [input]) => {
  const { theta } = graph.readConfig(z.object({ theta: z.number().default(1) }));
  const attributes = { alpha: float(theta) };
  return [{ ...input, name: graph.add('ThresholdedRelu', [input.name], { attributes }) }];
};

export const softmax: LayerConverter = (graph, [input]) => {
  const { axis } = graph.readConfig(z.object({ axis: z.int().default(-1) }));
  const attributes = { axis: { type: 'int', value: axis } } as const;
  return [{ ...input, name: graph.add('Softmax', [input.name], { attributes }) }];
};

/** f(x) = x for x > 0 and αx below, with an α for each element, shared along some axes. */
export const prelu: LayerConverter = (graph, [input]) => [
  { ...input, name: graph.add('PRelu', [input.name, graph.addWeight('alpha')]) },
];
