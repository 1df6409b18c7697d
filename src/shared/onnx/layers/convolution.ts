// Convolutions. Keras has [batch, height, width, channels] and kernels [height, width, channels, filters], ONNX
// [batch, channels, height, width] and [filters, channels, height, width]: axes are moved around each node.
import { z } from 'zod';
import { reorderBy, type Reorder } from '../../model-format/file-piece.ts';
import { countElements, type Shape } from '../../network/shape.ts';
import type { LayerGraph } from '../layer-graph.ts';
import type { OnnxValue } from '../onnx-graph.ts';
import { activationFieldSchema, addActivation } from './activations.ts';
import type { LayerConverter } from './layer-converter.ts';
import { addChannelsFirst, addChannelsLast } from './shapes.ts';
import { placeWindow, spread, windowSchema } from './windows.ts';

const convolutionSchema = windowSchema.extend({
  activation: activationFieldSchema,
  use_bias: z.boolean().default(true),
});
type Config = z.infer<typeof convolutionSchema>;

/** Kernels of one convolution. */
interface Kernels {
  readonly part: string;
  /** Whether each channel has filters of its own, so that the kernel is [height, width, channels, filters each]. */
  readonly isDepthwise: boolean;
}

/** Conv1D and Conv2D. */
export const convolution: LayerConverter = (graph, inputs) =>
  convert(graph, inputs, [{ part: 'kernel', isDepthwise: false }]);

export const depthwiseConvolution: LayerConverter = (graph, inputs) =>
  convert(graph, inputs, [{ part: 'depthwise_kernel', isDepthwise: true }]);

/** A depthwise convolution, then one of a single place (Chollet 2017). */
export const separableConvolution: LayerConverter = (graph, inputs) =>
  convert(graph, inputs, [
    { part: 'depthwise_kernel', isDepthwise: true },
    { part: 'pointwise_kernel', isDepthwise: false },
  ]);

function convert(
  graph: LayerGraph,
  [input]: readonly [OnnxValue, ...unknown[]],
  kernels: readonly Kernels[],
): readonly OnnxValue[] {
  const config = graph.readConfig(convolutionSchema);
  const [first, ...others] = kernels.map((kernel) => ({ graph, kernel, config }));
  const start = first ? addConvolution(first, addChannelsFirst(graph, input)) : input;
  const single = { ...config, strides: [1], padding: 'valid' as const };
  const filtered = others.reduce((value, step) => addConvolution({ ...step, config: single }, value), start);
  const output = addChannelsLast(graph, filtered);
  const { activation, use_bias: hasBias } = config;
  const sum = hasBias ? graph.add('Add', [output.name, graph.addWeight('bias')]) : output.name;
  return [{ ...output, name: addActivation(graph, activation, sum) }];
}

interface Step {
  readonly graph: LayerGraph;
  readonly kernel: Kernels;
  readonly config: Config;
}

/** Adds a convolution of an input whose channels are in front. */
function addConvolution({ graph, kernel, config }: Step, input: OnnxValue): OnnxValue {
  const { shape } = graph.findWeight(kernel.part);
  const size = shape.slice(0, -2);
  const [channels = 1, filters = 1] = shape.slice(-2);
  const axes = size.length;
  const strides = spread(config.strides ?? [1], axes);
  const { padding } = config;
  const { outputs, attributes } = placeWindow({ size, strides, padding }, input.shape.slice(1));
  const count = kernel.isDepthwise ? channels * filters : filters;
  const weight = graph.addWeight(kernel.part, {
    shape: [count, kernel.isDepthwise ? 1 : channels, ...size],
    reorder: kernel.isDepthwise ? moveOutputsFirst(size, channels * filters) : moveFiltersFirst(shape),
  });
  const name = graph.add('Conv', [input.name, weight], {
    attributes: {
      ...attributes,
      group: { type: 'int', value: kernel.isDepthwise ? channels : 1 },
    },
  });
  return { name, shape: [count, ...outputs] };
}

/** [places, outputs] to [outputs, places]. */
function moveOutputsFirst(size: Shape, outputs: number): Reorder {
  const places = countElements(size);
  return reorderBy((index) => (index % places) * outputs + Math.floor(index / places));
}

/** [places, channels, filters] to [filters, channels, places]. */
function moveFiltersFirst(shape: Shape): Reorder {
  const [channels = 1, filters = 1] = shape.slice(-2);
  const places = countElements(shape.slice(0, -2));
  return reorderBy((index) => {
    const place = index % places;
    const channel = Math.floor(index / places) % channels;
    const filter = Math.floor(index / (places * channels));
    return (place * channels + channel) * filters + filter;
  });
}
