// Table of the kernels' layers: the implementation of each layer type.
import { ConvolutionLayer } from './convolution-layer.ts';
import { DenseLayer } from './dense-layer.ts';
import { LstmLayer } from './lstm-layer.ts';
import type { PlacedLayer } from '../../../network/layer-shapes.ts';
import type { LayerType } from '../../../network/layers/layer-spec.ts';
import type { CreateLayer } from './network-layer.ts';

type LayerFactories = {
  /** Null if the layer computes nothing. */
  readonly [Type in LayerType]: ((placed: PlacedLayer<Type>) => CreateLayer) | null;
};

const factories: LayerFactories = {
  dense:
    ({ layer }) =>
    (plan, placement) =>
      new DenseLayer(plan, placement, layer.activation),
  conv2d: (placed) => (plan, placement) => new ConvolutionLayer(plan, placement, placed),
  lstm: () => (plan, placement) => new LstmLayer(plan, placement),
  // Flattening only changes the shape of a row.
  flatten: null,
};

/** Returns the constructor of a layer in kernel memory; null if its outputs are its inputs. */
export function chooseLayer<Type extends LayerType>(placed: PlacedLayer<Type>): CreateLayer | null {
  return factories[placed.layer.type]?.(placed) ?? null;
}
