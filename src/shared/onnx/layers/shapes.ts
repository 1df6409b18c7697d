// Layers that change only the shape or the order of numbers.
import { z } from 'zod';
import { countElements, type Shape } from '../../network/shape.ts';
import type { LayerGraph } from '../layer-graph.ts';
import type { OnnxValue } from '../onnx-graph.ts';
import type { LayerConverter } from './layer-converter.ts';

/** The 0 keeps the number of rows, also where it is 0. */
function addReshape(graph: LayerGraph, input: string, shape: Shape): OnnxValue {
  return { name: graph.add('Reshape', [input, graph.addIntegers([0, ...shape])]), shape };
}

/** Reorders the axes; `axes` are those of the input, counted from the batch, which stays in front. */
export function addTranspose(graph: LayerGraph, input: OnnxValue, axes: readonly number[]): OnnxValue {
  const attributes = { perm: { type: 'ints', value: [0, ...axes] } } as const;
  const name = graph.add('Transpose', [input.name], { attributes });
  return { name, shape: axes.map((axis) => input.shape[axis - 1] ?? 1) };
}

/** Moves the channels of [length | height, width, channels] to the front, as ONNX has them. */
export function addChannelsFirst(graph: LayerGraph, input: OnnxValue): OnnxValue {
  const { length: rank } = input.shape;
  return addTranspose(graph, input, [rank, ...Array.from({ length: rank - 1 }, (_, axis) => axis + 1)]);
}

/** Moves the channels back to the end. */
export function addChannelsLast(graph: LayerGraph, input: OnnxValue): OnnxValue {
  const { length: rank } = input.shape;
  return addTranspose(graph, input, [...Array.from({ length: rank - 1 }, (_, axis) => axis + 2), 1]);
}

export const channelsLastSchema = z.object({ data_format: z.literal('channels_last').nullish() });

export const flatten: LayerConverter = (graph, [input]) => {
  graph.readConfig(channelsLastSchema);
  return [addReshape(graph, input.name, [countElements(input.shape)])];
};

export const reshape: LayerConverter = (graph, [input]) => {
  const { target_shape: shape } = graph.readConfig(z.object({ target_shape: z.array(z.int().min(1)) }));
  return [addReshape(graph, input.name, shape)];
};

export const permute: LayerConverter = (graph, [input]) => {
  const { dims } = graph.readConfig(z.object({ dims: z.array(z.int().min(1)) }));
  return [addTranspose(graph, input, dims)];
};

export const repeatVector: LayerConverter = (graph, [input]) => {
  const { n: count } = graph.readConfig(z.object({ n: z.int().min(1) }));
  const row = addReshape(graph, input.name, [1, ...input.shape]);
  const repeats = graph.addIntegers([1, count, ...input.shape.map(() => 1)]);
  return [{ name: graph.add('Tile', [row.name, repeats]), shape: [count, ...input.shape] }];
};

const pair = z.tuple([z.int().min(0), z.int().min(0)]);
const paddingSchema = channelsLastSchema.extend({
  padding: z.union([
    z.tuple([pair, pair]),
    pair.transform(([height, width]) => [
      [height, height],
      [width, width],
    ]),
    z.int().transform((border) => [
      [border, border],
      [border, border],
    ]),
  ]),
});

/** Zeros around [height, width, channels]. */
export const zeroPadding2d: LayerConverter = (graph, [input]) => {
  const { padding } = graph.readConfig(paddingSchema);
  const [[top = 0, bottom = 0] = [], [left = 0, right = 0] = []] = padding;
  const [height = 1, width = 1, channels = 1] = input.shape;
  const pads = graph.addIntegers([0, top, left, 0, 0, bottom, right, 0]);
  const name = graph.add('Pad', [input.name, pads]);
  return [{ name, shape: [height + top + bottom, width + left + right, channels] }];
};

/** Layers that do something only while a network learns. */
export const identity: LayerConverter = (_graph, [input]) => [input];
