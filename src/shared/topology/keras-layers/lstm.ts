// LSTM layers in Keras: one step of each, with its states as inputs and outputs.
import { countElements } from '../../network/shape.ts';
import type { LayersModelLayer } from '../layers-model.ts';
import { createInput, createReshape, type KerasExporter } from './keras-layer.ts';

export const lstm: KerasExporter<'lstm'> = {
  computedFields: [
    'target_shape',
    'units',
    'activation',
    'recurrent_activation',
    'return_sequences',
    'return_state',
    'go_backwards',
  ],
  describe(name, { layer, inputShape }, input) {
    const hidden = createInput(`${name}_hidden`, [layer.units]);
    const cell = createInput(`${name}_cell`, [layer.units]);
    const step = createReshape(`${name}_step`, [1, countElements(inputShape)], input);
    return {
      layers: [hidden, cell, step, createLstm(name, layer.units, [step.name, hidden.name, cell.name])],
      // The layer returns its output, which is its hidden state, then the hidden state and the cell for the next step.
      states: [
        { input: hidden.name, output: [name, 0, 1] },
        { input: cell.name, output: [name, 0, 2] },
      ],
    };
  },
};

function createLstm(name: string, units: number, inputs: readonly string[]): LayersModelLayer {
  const config = {
    name,
    units,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    use_bias: true,
    // The loaded biases already include the forget gate's.
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
