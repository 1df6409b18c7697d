import { describe, expect, it } from 'vitest';
import { findMisfit, placeLayers } from '../../../../src/shared/network/layer-shapes.ts';
import { layerSchema, type Layer } from '../../../../src/shared/network/layers/layer-spec.ts';

const dense: Layer = { type: 'dense', units: 7, activation: 'relu' };
const flatten: Layer = { type: 'flatten' };
const convolution = (kernelSize: number, strides = 1): Layer => ({
  type: 'conv2d',
  filters: 5,
  kernelSize,
  strides,
  activation: 'relu',
});

describe('shapes', () => {
  it('chain from the observation through convolutions to a row', () => {
    const layers = [convolution(3, 2), convolution(2), flatten, dense];
    expect(placeLayers([10, 8, 3], layers).map(({ outputShape }) => outputShape)).toEqual([
      [4, 3, 5],
      [3, 2, 5],
      [30],
      [7],
    ]);
  });

  it('keep each layer at its place in the spec', () => {
    const placed = placeLayers([4, 4, 1], [convolution(2), flatten, dense]);
    expect(placed.map(({ index, layer }) => `${index} ${layer.type}`)).toEqual([
      '0 conv2d',
      '1 flatten',
      '2 dense',
    ]);
  });

  it.each([[[2, 3, 4]], [[24]], [[]]])('of observations %j are flat for dense layers alone', (shape) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    expect(placeLayers(shape, [dense])[0]?.inputShape).toEqual([size]);
    expect(findMisfit(shape, [])).toBeNull();
  });

  it('of an lstm are rows, also one on another', () => {
    const lstm: Layer = { type: 'lstm', units: 3 };
    expect(placeLayers([4, 4, 2], [flatten, lstm, lstm]).map(({ outputShape }) => outputShape)).toEqual([
      [32],
      [3],
      [3],
    ]);
  });

  it('may be flattened twice', () => {
    expect(findMisfit([5], [flatten, dense, flatten])).toBeNull();
  });
});

interface MisfitCase {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layers: readonly Layer[];
  readonly index: number;
  readonly reason: RegExp;
}

const misfits: readonly MisfitCase[] = [
  {
    name: 'a convolution of a flat observation',
    shape: [4],
    layers: [convolution(2)],
    index: 0,
    reason: /conv2d takes \[height, width, channels\], not \[4\]/,
  },
  {
    name: 'a convolution after flatten',
    shape: [4, 4, 1],
    layers: [flatten, convolution(2)],
    index: 1,
    reason: /not \[16\]/,
  },
  {
    name: 'a convolution without channels',
    shape: [4, 4],
    layers: [convolution(2), flatten],
    index: 0,
    reason: /not \[4, 4\]/,
  },
  {
    name: 'a dense layer on a convolution',
    shape: [4, 4, 1],
    layers: [convolution(2), dense],
    index: 1,
    reason: /flatten layer before it/,
  },
  {
    name: 'an lstm on a picture',
    shape: [4, 4, 1],
    layers: [{ type: 'lstm', units: 3 }],
    index: 0,
    reason: /lstm takes one row of numbers, not \[4, 4, 1\]: put a flatten layer before it/,
  },
  {
    name: 'a kernel larger than the picture',
    shape: [4, 9, 1],
    layers: [convolution(5), flatten],
    index: 0,
    reason: /5 × 5 is larger than its input of 4 × 9/,
  },
  {
    name: 'a kernel larger than what is left',
    shape: [6, 6, 1],
    layers: [convolution(4), convolution(4), flatten],
    index: 1,
    reason: /4 × 4 is larger than its input of 3 × 3/,
  },
  {
    name: 'heads on a convolution',
    shape: [4, 4, 1],
    layers: [convolution(2)],
    index: 0,
    reason: /flatten layer after it/,
  },
];

it.each(misfits)('names what does not fit: $name', ({ shape, layers, index, reason }) => {
  const misfit = findMisfit(shape, layers);
  expect(misfit?.index).toBe(index);
  expect(misfit?.reason).toMatch(reason);
  expect(() => placeLayers(shape, layers)).toThrow(RangeError);
});

it('steps by one cell where a convolution says nothing else', () => {
  expect(layerSchema.parse({ type: 'conv2d', filters: 8, kernelSize: 3 })).toEqual({
    type: 'conv2d',
    filters: 8,
    kernelSize: 3,
    strides: 1,
    activation: 'relu',
  });
});
