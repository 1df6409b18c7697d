// Dense and embedding layers.
import { z } from 'zod';
import type { LayerConverter } from './layer-converter.ts';
import { activationFieldSchema, addActivation } from './activations.ts';

export const weightedSchema = z.object({
  activation: activationFieldSchema,
  use_bias: z.boolean().default(true),
});

/** activation(x·W + b) along the last axis, with W as [inputs, units]. */
export const dense: LayerConverter = (graph, [input]) => {
  const { activation, use_bias: hasBias } = graph.readConfig(weightedSchema);
  const units = graph.findWeight('kernel').shape.at(-1) ?? 1;
  const bias = hasBias ? [graph.addWeight('bias')] : [];
  const kernel = graph.addWeight('kernel');
  const isRow = input.shape.length === 1;
  const product = graph.add(isRow ? 'Gemm' : 'MatMul', [input.name, kernel, ...(isRow ? bias : [])]);
  const sum = isRow || !hasBias ? product : graph.add('Add', [product, ...bias]);
  return [{ name: addActivation(graph, activation, sum), shape: [...input.shape.slice(0, -1), units] }];
};

const int64 = 7;

/** The rows of a table, by their numbers. */
export const embedding: LayerConverter = (graph, [input]) => {
  const size = graph.findWeight('embeddings').shape.at(-1) ?? 1;
  const attributes = { to: { type: 'int', value: int64 } } as const;
  const rows = graph.add('Cast', [input.name], { attributes });
  const name = graph.add('Gather', [graph.addWeight('embeddings'), rows]);
  return [{ name, shape: [...input.shape, size] }];
};
