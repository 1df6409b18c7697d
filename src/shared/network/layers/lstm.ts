// LSTM layers with gates i f g o (Hochreiter & Schmidhuber 1997, Gers et al. 2000).
import { countElements } from '../shape.ts';
import { explainRowMisfit, type LayerDescriptor, type LayerTensor } from './layer-descriptor.ts';
import type { LstmLayerSpec } from './lstm-spec.ts';

const GATES = 4;

export const lstm: LayerDescriptor<LstmLayerSpec> = {
  isRecurrent: true,
  flattensObservation: false,
  explainMisfit: (_layer, inputShape) => explainRowMisfit('lstm', inputShape),
  computeOutputShape: ({ units }) => [units],
  listTensors: ({ units }, inputShape) => describeGates(countElements(inputShape), units),
};

/**
 * The recurrent kernel follows the kernel, so that the two form one matrix. The biases of forget gates start at 1, so
 * that the memory lasts from the start (Jozefowicz et al. 2015).
 */
function describeGates(inputs: number, units: number): LayerTensor[] {
  const columns = GATES * units;
  const biases = Array.from({ length: columns }, (_, index) => (index >= units && index < 2 * units ? 1 : 0));
  return [
    { part: 'kernel', shape: [inputs, columns], initialValue: null, gates: GATES },
    {
      part: 'recurrentKernel',
      shape: [units, columns],
      initialValue: null,
      gates: GATES,
      // The recurrent part should neither grow nor shrink the state, whatever the initialization of the rest.
      alwaysOrthogonal: true,
    },
    { part: 'bias', shape: [columns], initialValue: biases },
  ];
}
