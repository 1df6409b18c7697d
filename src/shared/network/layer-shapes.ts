// How shapes chain from an observation through the layers of a stack, and where they do not fit.
import { findDescriptor } from './layers/layer-descriptors.ts';
import type { Layer, LayerOf, LayerType } from './layers/layer-spec.ts';
import { countElements, type Shape } from './shape.ts';

/** A layer of a stack with what goes in and what comes out, per row. */
export interface PlacedLayer<Type extends LayerType = LayerType> {
  readonly layer: LayerOf<Type>;
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

interface Chain {
  readonly placed: PlacedLayer[];
  readonly misfit: LayerMisfit | null;
}

function chain(observationShape: Shape, layers: readonly Layer[]): Chain {
  const placed: PlacedLayer[] = [];
  let shape = layers.every((layer) => findDescriptor(layer).flattensObservation)
    ? [countElements(observationShape)]
    : observationShape;
  for (const [index, layer] of layers.entries()) {
    const descriptor = findDescriptor(layer);
    const reason = descriptor.explainMisfit(layer, shape);
    if (reason !== null) return { placed, misfit: { index, reason } };
    const outputShape = descriptor.computeOutputShape(layer, shape);
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
