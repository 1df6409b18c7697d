// Detection of recurrent layers.
import { layerDescriptors } from './layers/layer-descriptors.ts';
import type { LayerType } from './layers/layer-spec.ts';

/** Whether a network is recurrent: its outputs then depend on all earlier steps of an episode. */
export function hasRecurrentLayer({ layers, valueLayers = [], modelDescription }: RecurrentParts): boolean {
  // The inputs after the observation are states, except for a critic that reads actions.
  if (modelDescription && modelDescription.inputs.length > 1) return true;
  return [...layers, ...valueLayers].some(({ type }) => layerDescriptors[type].isRecurrent);
}

interface RecurrentParts {
  readonly layers: readonly { readonly type: LayerType }[];
  readonly valueLayers?: readonly { readonly type: LayerType }[] | undefined;
  readonly modelDescription?: { readonly inputs: readonly unknown[] } | undefined;
}
