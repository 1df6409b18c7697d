// Layers that shift and scale numbers.
import { z } from 'zod';
import type { OnnxValue } from '../onnx-graph.ts';
import type { LayerConverter } from './layer-converter.ts';

const normalizationSchema = z.object({
  axis: z.union([z.int(), z.tuple([z.int()]).transform(([axis]) => axis)]).default(-1),
  epsilon: z.number().default(0.001),
  center: z.boolean().default(true),
  scale: z.boolean().default(true),
});

/** Counts an axis from the first after the batch. */
function findRowAxis({ shape }: OnnxValue, axis: number): number {
  return axis < 0 ? shape.length + axis : axis - 1;
}

/** γ·(x − mean)/√(variance + ε) + β with running statistics, along one axis (Ioffe & Szegedy 2015). */
export const batchNormalization: LayerConverter = (graph, [input]) => {
  const { axis, epsilon, center, scale } = graph.readConfig(normalizationSchema);
  const rowAxis = findRowAxis(input, axis);
  // Ones behind the axis, so that the weights lie along it.
  const shape = input.shape.slice(rowAxis).map((extent, index) => (index === 0 ? extent : 1));
  const addWeight = (part: string): string => graph.addWeight(part, { shape });
  const variance = graph.add('Add', [addWeight('moving_variance'), graph.addNumbers([epsilon])]);
  const centred = graph.add('Sub', [input.name, addWeight('moving_mean')]);
  const normalized = graph.add('Div', [centred, graph.add('Sqrt', [variance])]);
  const scaled = scale ? graph.add('Mul', [normalized, addWeight('gamma')]) : normalized;
  return [{ ...input, name: center ? graph.add('Add', [scaled, addWeight('beta')]) : scaled }];
};

/** TensorFlow.js cannot train it without scale or center. */
const layerNormalizationSchema = normalizationSchema.extend({
  center: z.literal(true).default(true),
  scale: z.literal(true).default(true),
});

/** γ·(x − mean)/√(variance + ε) + β with the statistics of each row along the last axis (Ba et al. 2016). */
export const layerNormalization: LayerConverter = (graph, [input]) => {
  const { axis, epsilon } = graph.readConfig(layerNormalizationSchema);
  if (findRowAxis(input, axis) !== input.shape.length - 1) graph.refuse(`its axis is ${axis}`);
  const attributes = {
    axis: { type: 'int', value: -1 },
    epsilon: { type: 'float', value: epsilon },
  } as const;
  const inputs = [input.name, graph.addWeight('gamma'), graph.addWeight('beta')];
  return [{ ...input, name: graph.add('LayerNormalization', inputs, { attributes }) }];
};

const factors = z.union([z.number().transform((factor) => [factor]), z.array(z.number())]);

/** scale·x + offset, with one pair for all elements or a pair for each element of the last axis. */
export const rescaling: LayerConverter = (graph, [input]) => {
  const { scale, offset } = graph.readConfig(z.object({ scale: factors, offset: factors.default([0]) }));
  const scaled = graph.add('Mul', [input.name, graph.addNumbers(scale, [scale.length])]);
  return [{ ...input, name: graph.add('Add', [scaled, graph.addNumbers(offset, [offset.length])]) }];
};
