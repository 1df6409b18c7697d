// How shapes chain from an observation through the layers of a stack, and where they do not fit.
import type { ConvolutionLayerSpec, Layer } from './network-spec.ts';

export type Shape = readonly number[];

/** A layer of a stack with what goes in and what comes out, per row. */
export interface PlacedLayer {
  readonly layer: Layer;
  /** Its place in the spec, which its parameters are named after. */
  readonly index: number;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/** The first layer that cannot take what comes before it, and why. */
export interface LayerMisfit {
  readonly index: number;
  readonly reason: string;
}

/** Numbers in an array of that shape. */
export function countElements(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The layers with their shapes; a stack that does not fit is a programming error here, as jobs were checked before. */
export function placeLayers(observationShape: Shape, layers: readonly Layer[]): PlacedLayer[] {
  const { placed, misfit } = chain(observationShape, layers);
  if (misfit) throw new RangeError(`layer ${misfit.index}: ${misfit.reason}`);
  return placed;
}

/** Null where the layers fit the observation and each other. */
export function findMisfit(observationShape: Shape, layers: readonly Layer[]): LayerMisfit | null {
  return chain(observationShape, layers).misfit;
}

/** The output of a convolution without padding, [height, width, filters]. */
export function convolve([height = 0, width = 0]: Shape, layer: ConvolutionLayerSpec): Shape {
  const slide = (extent: number): number => Math.floor((extent - layer.kernelSize) / layer.strides) + 1;
  return [slide(height), slide(width), layer.filters];
}

interface Chain {
  readonly placed: PlacedLayer[];
  readonly misfit: LayerMisfit | null;
}

function chain(observationShape: Shape, layers: readonly Layer[]): Chain {
  const placed: PlacedLayer[] = [];
  // Where no layer asks for a picture, an observation of any shape is taken as one row of numbers.
  let shape = layers.every(({ type }) => type === 'dense')
    ? [countElements(observationShape)]
    : observationShape;
  for (const [index, layer] of layers.entries()) {
    const reason = explainMisfit(shape, layer);
    if (reason !== null) return { placed, misfit: { index, reason } };
    const outputShape = computeOutputShape(shape, layer);
    placed.push({ layer, index, inputShape: shape, outputShape });
    shape = outputShape;
  }
  const misfit =
    shape.length > 1
      ? {
          index: layers.length - 1,
          reason: `gives [${shape.join(', ')}], and the heads take one row of numbers: add a flatten layer after it`,
        }
      : null;
  return { placed, misfit };
}

function explainMisfit(shape: Shape, layer: Layer): string | null {
  switch (layer.type) {
    case 'dense':
    case 'lstm':
      if (shape.length <= 1) return null;
      return `${layer.type} takes one row of numbers, not [${shape.join(', ')}]: put a flatten layer before it`;
    case 'flatten':
      return null;
    case 'conv2d': {
      if (shape.length !== 3)
        return `conv2d takes [height, width, channels], not [${shape.join(', ')}]: it has no picture to look at`;
      const [height = 0, width = 0] = shape;
      if (layer.kernelSize <= Math.min(height, width)) return null;
      return `a kernel of ${layer.kernelSize} × ${layer.kernelSize} is larger than its input of ${height} × ${width}`;
    }
  }
}

function computeOutputShape(shape: Shape, layer: Layer): Shape {
  switch (layer.type) {
    case 'dense':
    case 'lstm':
      return [layer.units];
    case 'flatten':
      return [countElements(shape)];
    case 'conv2d':
      return convolve(shape, layer);
  }
}
