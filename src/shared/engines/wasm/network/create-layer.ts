// Chooses what computes a layer of the spec.
import { ConvolutionLayer } from './convolution-layer.ts';
import { DenseLayer } from './dense-layer.ts';
import { LstmLayer } from './lstm-layer.ts';
import type { PlacedLayer } from '../../../network/layer-shapes.ts';
import type { CreateLayer } from './network-layer.ts';

/** Null where nothing has to be computed: flattening only changes how a row is looked at. */
export function chooseLayer({ layer, inputShape }: PlacedLayer): CreateLayer | null {
  switch (layer.type) {
    case 'dense':
      return (plan, placement) => new DenseLayer(plan, placement, layer.activation);
    case 'conv2d':
      return (plan, placement) => new ConvolutionLayer(plan, placement, layer, inputShape);
    case 'lstm':
      return (plan, placement) => new LstmLayer(plan, placement);
    case 'flatten':
      return null;
  }
}
