// Describes our networks as Keras layers: raw observation in, [policy outputs, value] out. A network that remembers is
// described as one step of it: its states come in after the observation and go out after the value.
import { countElements, placeLayers, type PlacedLayer, type Shape } from '../network/layer-shapes.ts';
import type { ConvolutionLayerSpec, DenseLayerSpec, Layer, NetworkSpec } from '../network/network-spec.ts';
import { VARIANCE_EPSILON } from '../normalization/scale-rewards.ts';
import type { BoxSpace } from '../spaces/space.ts';
import type { LayersModel, LayersModelLayer } from './layers-model.ts';

export interface LayersTopologyOptions {
  readonly network: NetworkSpec;
  readonly observationShape: readonly number[];
  readonly policyOutputs: number;
  readonly hasCritic: boolean;
  /** Whether a layer with the running statistics of observations comes first. */
  readonly isNormalized: boolean;
  /** The outputs are an action, and the value is that of the observation with it. */
  readonly deterministicAction?: DeterministicAction;
}

export interface DeterministicAction {
  /** What tanh fills; null where the outputs are the action already. */
  readonly bounds: Pick<BoxSpace, 'low' | 'high'> | null;
}

type OutputNode = LayersModel['modelTopology']['config']['output_layers'][number];

const inputName = 'observation';

/** The functional model of a network; layers are named as `toWeightName` names their weights. */
export function createLayersTopology(options: LayersTopologyOptions): LayersModel['modelTopology'] {
  const { network, policyOutputs, hasCritic, isNormalized, deterministicAction } = options;
  // tfjs gives every input a second axis, so a scalar observation is a row of one.
  const observationShape = options.observationShape.length === 0 ? [1] : options.observationShape;
  const layers: LayersModelLayer[] = [createInput(inputName, observationShape)];
  const append = (layer: LayersModelLayer): string => {
    layers.push(layer);
    return layer.name;
  };
  const appendOnce = (layer: LayersModelLayer): string =>
    layers.some(({ name }) => name === layer.name) ? layer.name : append(layer);
  /** The observation as one row: dense layers take one axis, and our parameters know an observation so. */
  const appendRow = (): string => {
    const size = countElements(observationShape);
    const row =
      observationShape.length === 1 ? inputName : appendOnce(createReshape('flatten', [size], inputName));
    return isNormalized ? appendOnce(createNormalization(row)) : row;
  };
  const appendPicture = (): string =>
    isNormalized ? appendOnce(createReshape('normalized_picture', observationShape, appendRow())) : inputName;
  const appendHidden = (prefix: string, placed: readonly PlacedLayer[], input: string): string =>
    placed.reduce((from, layer) => {
      const hidden = createHidden(`${prefix}_${layer.index}`, layer, from);
      layers.push(...hidden);
      return hidden.at(-1)?.name ?? from;
    }, input);
  const appendTower = (prefix: string, hidden: readonly Layer[]): string => {
    const placed = placeLayers(observationShape, hidden);
    const takesPicture = (placed[0]?.inputShape.length ?? 1) > 1;
    const input = takesPicture ? appendPicture() : appendRow();
    return appendHidden(prefix, placed, input);
  };

  const actor = appendTower(network.shared ? 'trunk' : 'policy', network.layers);
  const bounds = deterministicAction?.bounds;
  const outputs = append(
    createDense('policy', { units: policyOutputs, activation: bounds ? 'tanh' : 'linear' }, actor),
  );
  const policy = bounds ? append(createScaling(bounds, outputs)) : outputs;
  const appendCritic = (): string => {
    const valueLayers = network.valueLayers ?? network.layers;
    if (!deterministicAction) return network.shared ? actor : appendTower('value', valueLayers);
    const pairSize = countElements(observationShape) + policyOutputs;
    const pair = append(createConcatenation([appendRow(), policy]));
    return appendHidden('value', placeLayers([pairSize], valueLayers), pair);
  };
  if (hasCritic) append(createDense('value', { units: 1, activation: 'linear' }, appendCritic()));
  const recurrent = layers
    .filter(({ class_name: className }) => className === 'LSTM')
    .map(({ name }) => name);
  return {
    class_name: 'Model',
    keras_version: '2.15.0',
    backend: 'tensorflow',
    config: {
      name: 'actor_critic',
      layers,
      input_layers: [inputName, ...recurrent.flatMap(nameStateInputs)].map((name) => [name, 0, 0]),
      // An LSTM gives its output, which is its hidden state, then the hidden state and the cell to be carried on.
      output_layers: [
        [policy, 0, 0],
        ...(hasCritic ? [['value', 0, 0] satisfies OutputNode] : []),
        ...recurrent.flatMap((name): OutputNode[] => [
          [name, 0, 1],
          [name, 0, 2],
        ]),
      ],
    },
  };
}

function createInput(name: string, shape: Shape): LayersModelLayer {
  const config = { name, batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false };
  return { class_name: 'InputLayer', name, config, inbound_nodes: [] };
}

/** What computes one of our layers; the last is the one whose output counts. */
function createHidden(name: string, placed: PlacedLayer, input: string): LayersModelLayer[] {
  const { layer, inputShape, outputShape } = placed;
  switch (layer.type) {
    case 'dense':
      return [createDense(name, layer, input)];
    case 'conv2d':
      return [createConvolution(name, layer, input)];
    case 'lstm': {
      const states = nameStateInputs(name);
      const step = createReshape(`${name}_step`, [1, countElements(inputShape)], input);
      return [
        ...states.map((state) => createInput(state, [layer.units])),
        step,
        createLstm(name, layer.units, [step.name, ...states]),
      ];
    }
    case 'flatten':
      return [createReshape(name, outputShape, input)];
  }
}

/** Inputs for the state before the step. */
function nameStateInputs(name: string): [hidden: string, cell: string] {
  return [`${name}_hidden`, `${name}_cell`];
}

function createLstm(name: string, units: number, inputs: readonly string[]): LayersModelLayer {
  const config = {
    name,
    units,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    use_bias: true,
    // Loaded biases have the forget gate's in them.
    unit_forget_bias: false,
    return_sequences: false,
    return_state: true,
    stateful: false,
    go_backwards: false,
    unroll: false,
    trainable: true,
    dtype: 'float32',
  };
  return {
    class_name: 'LSTM',
    name,
    config,
    inbound_nodes: [inputs.map((input) => [input, 0, 0, {}])],
  };
}

function createReshape(name: string, shape: Shape, input: string): LayersModelLayer {
  const config = { name, target_shape: [...shape], trainable: true };
  return { class_name: 'Reshape', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}

/** (x − mean)/√(variance + ε) with the statistics of training, one pair per element. */
function createNormalization(input: string): LayersModelLayer {
  const name = 'normalization';
  const config = {
    name,
    axis: -1,
    epsilon: VARIANCE_EPSILON,
    center: false,
    scale: false,
    momentum: 0.99,
    trainable: false,
    dtype: 'float32',
  };
  return { class_name: 'BatchNormalization', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}

/** From −1 … 1 to the units of the actions; it has no weights. */
function createScaling({ low, high }: Pick<BoxSpace, 'low' | 'high'>, input: string): LayersModelLayer {
  const name = 'action';
  const scale = low.map((bound, index) => ((high[index] ?? bound) - bound) / 2);
  const offset = low.map((bound, index) => ((high[index] ?? bound) + bound) / 2);
  const config = { name, scale, offset, trainable: false, dtype: 'float32' };
  return { class_name: 'Rescaling', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}

/** What a critic of actions reads. */
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

function createDense(
  name: string,
  layer: Pick<DenseLayerSpec, 'units' | 'activation'>,
  input: string,
): LayersModelLayer {
  const { units, activation } = layer;
  const config = { name, units, activation, use_bias: true, trainable: true, dtype: 'float32' };
  return { class_name: 'Dense', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}

function createConvolution(name: string, layer: ConvolutionLayerSpec, input: string): LayersModelLayer {
  const { filters, kernelSize, strides, activation } = layer;
  const config = {
    name,
    filters,
    kernel_size: [kernelSize, kernelSize],
    strides: [strides, strides],
    padding: 'valid',
    data_format: 'channels_last',
    dilation_rate: [1, 1],
    activation,
    use_bias: true,
    trainable: true,
    dtype: 'float32',
  };
  return { class_name: 'Conv2D', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}
