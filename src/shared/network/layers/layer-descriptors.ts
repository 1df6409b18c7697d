// Registry of layer types. It is separate from their schemas, which worker threads do not use.
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { flatten } from './flatten.ts';
import type { LayerDescriptor } from './layer-descriptor.ts';
import type { LayerOf, LayerType } from './layer-spec.ts';
import { lstm } from './lstm.ts';

type LayerDescriptors = { readonly [Type in LayerType]: LayerDescriptor<LayerOf<Type>> };

export const layerDescriptors: LayerDescriptors = { dense, conv2d, flatten, lstm };

/** Finds the descriptor of a layer's type. */
export function findDescriptor<Type extends LayerType>(layer: LayerOf<Type>): LayerDescriptor<LayerOf<Type>> {
  return layerDescriptors[layer.type];
}
