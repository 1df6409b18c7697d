// LSTM layers with gates i f g o (Hochreiter & Schmidhuber 1997, Gers et al. 2000).
import { countElements } from '../shape.ts';
import { explainPicture, type LayerDescriptor, type LayerTensor } from './layer-descriptor.ts';
import type { LstmLayerSpec } from './lstm-spec.ts';

const GATES = 4;

export const lstm: LayerDescriptor<LstmLayerSpec> = {
  isRecurrent: true,
  flattensObservation: false,
  explainMisfit: (_layer, inputShape) => explainPicture('lstm', inputShape),
  computeOutputShape: ({ units }) => [units],
  listTensors: ({ units }, inputShape) => describeGates(countElements(inputShape), units),
};

/**
 * The recurrent kernel follows the kernel, so that both together are one matrix. Forget gates begin at bias 1, which lets
 * memories last from the start (Jozefowicz et al. 2015).
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
      // What is fed back step after step should neither grow nor fade, however the rest begins.
      alwaysOrthogonal: true,
    },
    { part: 'bias', shape: [columns], initialValue: biases },
  ];
}
