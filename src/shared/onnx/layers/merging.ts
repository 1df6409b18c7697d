// Layers with several inputs.
import { z } from 'zod';
import type { Shape } from '../../network/shape.ts';
import type { LayerGraph } from '../layer-graph.ts';
import type { LayerConverter, LayerInputs } from './layer-converter.ts';

/** Creates the converter of an operator that takes any number of inputs, element by element. */
function createMerge(operator: 'Sum' | 'Mean' | 'Max' | 'Min'): LayerConverter {
  return (graph, inputs) => {
    const shape = broadcast(graph, inputs);
    return [
      {
        name: graph.add(
          operator,
          inputs.map(({ name }) => name),
        ),
        shape,
      },
    ];
  };
}

/** ONNX aligns shapes at their end, Keras at their batch: they agree where all inputs have as many axes. */
function broadcast(graph: LayerGraph, inputs: LayerInputs): Shape {
  const [{ shape }] = inputs;
  if (inputs.some((input) => input.shape.length !== shape.length))
    graph.refuse(`its inputs are [${inputs.map((input) => input.shape.join(', ')).join('] and [')}]`);
  return shape.map((_, axis) => Math.max(...inputs.map((input) => input.shape[axis] ?? 1)));
}

export const add = createMerge('Sum');
export const average = createMerge('Mean');
export const maximum = createMerge('Max');
export const minimum = createMerge('Min');

/** ONNX multiplies two tensors at a time. */
export const multiply: LayerConverter = (graph, inputs) => {
  const shape = broadcast(graph, inputs);
  const [first, ...others] = inputs;
  return [
    { name: others.reduce((product, { name }) => graph.add('Mul', [product, name]), first.name), shape },
  ];
};

export const concatenate: LayerConverter = (graph, inputs) => {
  const { axis } = graph.readConfig(z.object({ axis: z.int().default(-1) }));
  const [{ shape }] = inputs;
  const row = axis < 0 ? shape.length + axis : axis - 1;
  const length = inputs.reduce((sum, input) => sum + (input.shape[row] ?? 1), 0);
  const attributes = { axis: { type: 'int', value: axis } } as const;
  const name = graph.add(
    'Concat',
    inputs.map((input) => input.name),
    { attributes },
  );
  return [{ name, shape: shape.map((extent, index) => (index === row ? length : extent)) }];
};
