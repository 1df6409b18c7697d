// Normalization of observations in front of a topology of one's own, so that its model takes raw observations.
import { countElements, type Shape } from '../network/shape.ts';
import { createReshape } from './keras-layers/keras-layer.ts';
import type { LayersModel, LayersModelLayer } from './layers-model.ts';
import { createNormalization, normalizationLayer } from './normalization-layer.ts';

type Topology = LayersModel['modelTopology'];

/** Names that the added layers have; a topology must not use them. */
export const addedLayerNames = [normalizationLayer, 'flatten_observation', 'normalized_observation'] as const;

/** Puts a normalization behind the first input. */
export function normalizeTopology(topology: Topology, observationShape: Shape): Topology {
  const { config } = topology;
  const input = config.input_layers[0]?.[0] ?? '';
  const added = createLayers(input, observationShape);
  const output = added.at(-1)?.name ?? input;
  return {
    ...topology,
    config: {
      ...config,
      layers: config.layers.flatMap((layer) =>
        layer.name === input ? [layer, ...added] : [redirect(layer, input, output)],
      ),
    },
  };
}

function createLayers(input: string, observationShape: Shape): LayersModelLayer[] {
  if (observationShape.length === 1) return [createNormalization(input)];
  const [, flatten, normalized] = addedLayerNames;
  return [
    createReshape(flatten, [countElements(observationShape)], input),
    createNormalization(flatten),
    createReshape(normalized, observationShape, normalizationLayer),
  ];
}

/** Makes a layer read the normalized observation instead of the raw one. */
function redirect(layer: LayersModelLayer, input: string, output: string): LayersModelLayer {
  return {
    ...layer,
    inbound_nodes: layer.inbound_nodes.map((node) =>
      node.map(([name, ...rest]) => [name === input ? output : name, ...rest]),
    ),
  };
}
