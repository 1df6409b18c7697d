// Describes our networks as Keras layers: raw observation in, [policy logits, value] out.
import type { Layer, NetworkSpec } from '../network/network-spec.ts';
import type { LayersModel, LayersModelLayer } from './layers-model.ts';

export interface LayersTopologyOptions {
  readonly network: NetworkSpec;
  readonly observationShape: readonly number[];
  readonly policyOutputs: number;
}

const inputName = 'observation';

/** The functional model of a network; layers are named as `toWeightName` names their weights. */
export function createLayersTopology(options: LayersTopologyOptions): LayersModel['modelTopology'] {
  const { network, policyOutputs } = options;
  // tfjs gives every input a second axis, so a scalar observation is a row of one.
  const observationShape = options.observationShape.length === 0 ? [1] : options.observationShape;
  const layers: LayersModelLayer[] = [createInput(observationShape)];
  const append = (layer: LayersModelLayer): string => {
    layers.push(layer);
    return layer.name;
  };
  const appendTower = (prefix: string, hidden: readonly Layer[], input: string): string =>
    hidden.reduce((from, layer, index) => append(createDense(`${prefix}_${index}`, layer, from)), input);

  const input = observationShape.length === 1 ? inputName : append(createFlatten(observationShape));
  const actor = appendTower(network.shared ? 'trunk' : 'policy', network.layers, input);
  append(createDense('policy', { units: policyOutputs, activation: 'linear' }, actor));
  const critic = network.shared ? actor : appendTower('value', network.valueLayers ?? network.layers, input);
  append(createDense('value', { units: 1, activation: 'linear' }, critic));
  return {
    class_name: 'Model',
    keras_version: '2.15.0',
    backend: 'tensorflow',
    config: {
      name: 'actor_critic',
      layers,
      input_layers: [[inputName, 0, 0]],
      output_layers: [
        ['policy', 0, 0],
        ['value', 0, 0],
      ],
    },
  };
}

function createInput(observationShape: readonly number[]): LayersModelLayer {
  const config = {
    name: inputName,
    batch_input_shape: [null, ...observationShape],
    dtype: 'float32',
    sparse: false,
  };
  return { class_name: 'InputLayer', name: inputName, config, inbound_nodes: [] };
}

/** Dense layers take one axis; our parameters know an observation as one flat row. */
function createFlatten(observationShape: readonly number[]): LayersModelLayer {
  const size = observationShape.reduce((product, extent) => product * extent, 1);
  const config = { name: 'flatten', target_shape: [size], trainable: true };
  return { class_name: 'Reshape', name: 'flatten', config, inbound_nodes: [[[inputName, 0, 0, {}]]] };
}

function createDense(
  name: string,
  layer: Pick<Layer, 'units' | 'activation'>,
  input: string,
): LayersModelLayer {
  const { units, activation } = layer;
  const config = { name, units, activation, use_bias: true, trainable: true, dtype: 'float32' };
  return { class_name: 'Dense', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}
