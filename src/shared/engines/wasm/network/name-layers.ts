// Names of layers in the parameter layout: `policy/0`, `policy/1`, …, `policyHead`.
import { chooseLayer } from './create-layer.ts';
import { DenseLayer } from './dense-layer.ts';
import { placeLayers } from '../../../network/layer-shapes.ts';
import type { LayerStackOptions } from './layer-stack.ts';
import type { Layer } from '../../../network/layers/layer-spec.ts';
import type { Shape } from '../../../network/shape.ts';

export type NamedLayers = LayerStackOptions['layers'];

/** Lists the layers that compute something, named by their places in the spec. */
export function nameLayers(prefix: string, layers: readonly Layer[], observationShape: Shape): NamedLayers {
  return placeLayers(observationShape, layers).flatMap((placed) => {
    const create = chooseLayer(placed);
    return create ? [{ name: `${prefix}/${placed.index}`, create }] : [];
  });
}

export function nameHead(name: string): NamedLayers[number] {
  return { name, create: (plan, placement) => new DenseLayer(plan, placement, 'linear') };
}
