// Detection of recurrent layers.
import { layerDescriptors } from './layers/layer-descriptors.ts';
import type { LayerType } from './layers/layer-spec.ts';

/** Whether a network is recurrent: its outputs then depend on all earlier steps of an episode. */
export function hasRecurrentLayer({ layers, valueLayers = [], topology }: RecurrentParts): boolean {
  if (topology && topology.states > 0) return true;
  return [...layers, ...valueLayers].some(({ type }) => layerDescriptors[type].isRecurrent);
}

interface RecurrentParts {
  readonly layers: readonly { readonly type: LayerType }[];
  readonly valueLayers?: readonly { readonly type: LayerType }[] | undefined;
  readonly topology?: { readonly states: number } | undefined;
}
