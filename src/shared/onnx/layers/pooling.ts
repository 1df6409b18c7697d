// Pooling over windows or over whole inputs of [length, channels] or [height, width, channels].
import type { LayerConverter } from './layer-converter.ts';
import { addChannelsFirst, addChannelsLast, channelsLastSchema } from './shapes.ts';
import { extentsSchema, placeWindow, spread, windowSchema } from './windows.ts';

const poolingSchema = windowSchema.extend({ pool_size: extentsSchema.default([2]) });

function createPooling(operator: 'MaxPool' | 'AveragePool'): LayerConverter {
  return (graph, [input]) => {
    const { pool_size: extents, strides: steps, padding } = graph.readConfig(poolingSchema);
    const axes = input.shape.length - 1;
    const size = spread(extents, axes);
    const strides = spread(steps ?? size, axes);
    const window = { size, strides, padding };
    const channelsFirst = addChannelsFirst(graph, input);
    const { outputs, attributes } = placeWindow(window, channelsFirst.shape.slice(1));
    const name = graph.add(operator, [channelsFirst.name], { attributes });
    return [addChannelsLast(graph, { name, shape: [input.shape.at(-1) ?? 1, ...outputs] })];
  };
}

function createGlobalPooling(operator: 'ReduceMax' | 'ReduceMean'): LayerConverter {
  return (graph, [input]) => {
    graph.readConfig(channelsLastSchema);
    const axes = input.shape.slice(0, -1).map((_, axis) => axis + 1);
    const name = graph.add(operator, [input.name], {
      attributes: { axes: { type: 'ints', value: axes }, keepdims: { type: 'int', value: 0 } },
    });
    return [{ name, shape: input.shape.slice(-1) }];
  };
}

export const maxPooling = createPooling('MaxPool');
export const averagePooling = createPooling('AveragePool');
export const globalMaxPooling = createGlobalPooling('ReduceMax');
export const globalAveragePooling = createGlobalPooling('ReduceMean');
