// Shapes of the layers in a stack, from the observation on, and the reasons why layers do not fit.
import { findDescriptor } from './layers/layer-descriptors.ts';
import type { Layer, LayerOf, LayerType } from './layers/layer-spec.ts';
import { countElements, type Shape } from './shape.ts';

/** A layer of a stack with the shapes of its inputs and outputs, without the rows. */
export interface PlacedLayer<Type extends LayerType = LayerType> {
  readonly layer: LayerOf<Type>;
  /** Its place in the spec, which names its parameters. */
  readonly index: number;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/** The first layer that does not fit its inputs, and the reason. */
export interface LayerMisfit {
  readonly index: number;
  readonly reason: string;
}

/** Computes the layers' shapes. A stack that does not fit throws, because jobs were checked before. */
export function placeLayers(observationShape: Shape, layers: readonly Layer[]): PlacedLayer[] {
  const { placed, misfit } = chain(observationShape, layers);
  if (misfit) throw new RangeError(`layer ${misfit.index}: ${misfit.reason}`);
  return placed;
}

/** Finds the first misfit; null if the layers fit the observation and each other. */
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
