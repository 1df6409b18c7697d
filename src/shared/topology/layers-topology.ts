// Topology of a network as Keras layers: raw observation in, [policy outputs, value] out. A recurrent network is
// described as one step: its states are inputs after the observation and outputs after the value.
import { placeLayers } from '../network/layer-shapes.ts';
import type { NetworkSpec } from '../network/network-spec.ts';
import { countElements } from '../network/shape.ts';
import type { BoxSpace } from '../spaces/space.ts';
import { createDense } from './keras-layers/dense.ts';
import { createInput, type KerasState, type OutputNode } from './keras-layers/keras-layer.ts';
import type { LayersModel, LayersModelLayer } from './layers-model.ts';
import { inputName, TopologyBuilder } from './topology-builder.ts';

export interface LayersTopologyOptions {
  readonly network: NetworkSpec;
  readonly observationShape: readonly number[];
  readonly policyOutputs: number;
  readonly hasCritic: boolean;
  /** Whether the first layer normalizes observations with their running statistics. */
  readonly isNormalized: boolean;
  /** Set if the outputs are an action and the value is that of the observation with this action. */
  readonly deterministicAction?: DeterministicAction;
  /** Set if the value is that of the observation with an action that is an input, as large as this. */
  readonly actionInputSize?: number;
}

export interface DeterministicAction {
  /** Range of the action after tanh; null if the outputs are already the action. */
  readonly bounds: Pick<BoxSpace, 'low' | 'high'> | null;
}

type Topology = LayersModel['modelTopology'];

/** Creates the functional model of a network. `toWeightName` gives the names of its layers. */
export function createLayersTopology(options: LayersTopologyOptions): Topology {
  const { network, policyOutputs, hasCritic, isNormalized, deterministicAction, actionInputSize } = options;
  // tfjs gives every input a second axis, so a scalar observation is a row of one number.
  const observationShape = options.observationShape.length === 0 ? [1] : options.observationShape;
  const builder = new TopologyBuilder(observationShape, isNormalized);
  const actor = builder.appendTower(network.shared ? 'trunk' : 'policy', network.layers);
  const bounds = deterministicAction?.bounds;
  const outputs = builder.append(
    createDense('policy', { units: policyOutputs, activation: bounds ? 'tanh' : 'linear' }, actor),
  );
  const policy = bounds ? builder.append(createScaling(bounds, outputs)) : outputs;
  const action =
    actionInputSize === undefined ? deterministicAction && policy : appendAction(builder, actionInputSize);
  const appendCritic = (): string => {
    const valueLayers = network.valueLayers ?? network.layers;
    if (action === undefined) return network.shared ? actor : builder.appendTower('value', valueLayers);
    const pairSize = countElements(observationShape) + (actionInputSize ?? policyOutputs);
    const pair = builder.append(createConcatenation([builder.appendRow(), action]));
    return builder.appendHidden('value', placeLayers([pairSize], valueLayers), pair);
  };
  if (hasCritic) builder.append(createDense('value', { units: 1, activation: 'linear' }, appendCritic()));
  const inputs = actionInputSize === undefined ? [inputName] : [inputName, actionName];
  return describeModel(builder, inputs, [
    [policy, 0, 0],
    ...(hasCritic ? [['value', 0, 0] satisfies OutputNode] : []),
  ]);
}

const actionName = 'chosen_action';

function appendAction(builder: TopologyBuilder, size: number): string {
  return builder.append(createInput(actionName, [size]));
}

function describeModel(
  { layers, states }: { readonly layers: LayersModelLayer[]; readonly states: readonly KerasState[] },
  inputs: readonly string[],
  outputs: readonly OutputNode[],
): Topology {
  return {
    class_name: 'Model',
    keras_version: '2.15.0',
    backend: 'tensorflow',
    config: {
      name: 'actor_critic',
      layers,
      input_layers: [...inputs, ...states.map(({ input }) => input)].map((name) => [name, 0, 0]),
      output_layers: [...outputs, ...states.map(({ output }) => output)],
    },
  };
}

/** Creates a layer that scales −1 … 1 to the units of the actions; it has no weights. */
function createScaling({ low, high }: Pick<BoxSpace, 'low' | 'high'>, input: string): LayersModelLayer {
  const name = 'action';
  const scale = low.map((bound, index) => ((high[index] ?? bound) - bound) / 2);
  const offset = low.map((bound, index) => ((high[index] ?? bound) + bound) / 2);
  const config = { name, scale, offset, trainable: false, dtype: 'float32' };
  return { class_name: 'Rescaling', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}

/** Creates the input of a critic that reads actions. */
function createConcatenation(inputs: readonly string[]): LayersModelLayer {
  const name = 'observation_action';
  const config = { name, axis: -1, trainable: true, dtype: 'float32' };
  return {
    class_name: 'Concatenate',
    name,
    config,
    inbound_nodes: [inputs.map((input) => [input, 0, 0, {}])],
  };
}
