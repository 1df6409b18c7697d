// Registry of layer types in Keras.
import type { PlacedLayer } from '../../network/layer-shapes.ts';
import type { LayerType } from '../../network/layers/layer-spec.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { flatten } from './flatten.ts';
import type { KerasExporter, KerasLayers } from './keras-layer.ts';
import { lstm } from './lstm.ts';

type KerasExporters = { readonly [Type in LayerType]: KerasExporter<Type> };

const exporters: KerasExporters = { dense, conv2d, flatten, lstm };

/** Describes the Keras layers that compute a hidden layer: see KerasExporter. */
export function describeHiddenLayer<Type extends LayerType>(
  name: string,
  placed: PlacedLayer<Type>,
  input: string,
): KerasLayers {
  return exporters[placed.layer.type].describe(name, placed, input);
}

/** Fields of Keras configurations that affect the outputs of layers. */
export const layerFields: readonly string[] = Object.values(exporters).flatMap(
  ({ computedFields }) => computedFields,
);
