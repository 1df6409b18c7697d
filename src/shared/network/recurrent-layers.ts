// Which networks remember.
import { layerDescriptors } from './layers/layer-descriptors.ts';
import type { LayerType } from './layers/layer-spec.ts';

/** Whether the network remembers: its outputs then depend on all steps of an episode so far. */
export function hasRecurrentLayer({ layers, valueLayers = [] }: RecurrentParts): boolean {
  return [...layers, ...valueLayers].some(({ type }) => layerDescriptors[type].isRecurrent);
}

interface RecurrentParts {
  readonly layers: readonly { readonly type: LayerType }[];
  readonly valueLayers?: readonly { readonly type: LayerType }[] | undefined;
}
