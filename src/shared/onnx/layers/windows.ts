// Windows that slide over [length, channels] or [height, width, channels]: settings that convolutions and pooling share.
import { z } from 'zod';
import type { Shape } from '../../network/shape.ts';
import type { OnnxAttribute } from '../onnx-graph.ts';
import { channelsLastSchema } from './shapes.ts';

/** An extent for each axis, or one for all. */
export const extentsSchema = z.union([
  z
    .int()
    .min(1)
    .transform((extent) => [extent]),
  z.array(z.int().min(1)),
]);

export const windowSchema = channelsLastSchema.extend({
  strides: extentsSchema.nullish(),
  padding: z.enum(['valid', 'same']).default('valid'),
  /** TensorFlow.js cannot train other windows. */
  dilation_rate: z.union([z.literal(1), z.array(z.literal(1))]).nullish(),
});

export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
}

/** Repeats a single extent for each of the axes. */
export function spread(extents: readonly number[], axes: number): readonly number[] {
  return extents.length === axes ? extents : Array<number>(axes).fill(extents[0] ?? 1);
}

/** Placement of a window over an input. */
export interface Placement {
  /** Extents of the outputs. */
  readonly outputs: Shape;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Places a window over the extents of an input, as TensorFlow pads it: more at the end where it is uneven. */
export function placeWindow({ size, strides, padding }: Window, inputs: Shape): Placement {
  const axes = inputs.map((extent, axis) => {
    const stride = strides[axis] ?? 1;
    const reach = size[axis] ?? 1;
    const count = padding === 'same' ? Math.ceil(extent / stride) : 0;
    const missing = Math.max((count - 1) * stride + reach - extent, 0);
    const before = Math.floor(missing / 2);
    const after = missing - before;
    return { before, after, output: Math.floor((extent + before + after - reach) / stride) + 1 };
  });
  const pads = [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)];
  return {
    outputs: axes.map(({ output }) => output),
    attributes: {
      kernel_shape: { type: 'ints', value: size },
      strides: { type: 'ints', value: strides },
      pads: { type: 'ints', value: pads },
    },
  };
}
