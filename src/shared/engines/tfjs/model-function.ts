// Calls of a layers model on rows of arrays.
import * as tf from '@tensorflow/tfjs-core';
import { model as createModel, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { countElements } from '../../network/shape.ts';

/** Computes outputs from inputs, each a tensor of rows. It is differentiable. */
export type Compute = (tensors: readonly tf.Tensor[]) => tf.Tensor[];

type Layer = LayersModel['layers'][number];

const recurrentTypes: ReadonlySet<string> = new Set(['RNN', 'SimpleRNN', 'GRU', 'LSTM', 'Bidirectional']);

export function isRecurrent(layer: Layer): boolean {
  return recurrentTypes.has(layer.getClassName());
}

/** Makes a function of a model's inputs that computes only the given outputs. */
export function createFunction(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Compute {
  const part = createModel({ inputs: [...inputs], outputs: [...outputs] });
  // `call` refuses the initial states of recurrent layers, and only the slower `predictOnBatch` passes them on.
  const hasInitialStates = part.layers.some(
    (layer) => isRecurrent(layer) && layer.inboundNodes.some(({ inboundLayers }) => inboundLayers.length > 1),
  );
  if (hasInitialStates) return (tensors) => [part.predictOnBatch([...tensors])].flat();
  return (tensors) => [part.call([...tensors], { training: false })].flat();
}

/** Makes a function that passes inputs through a model as its training does, which moves its running statistics. */
export function createTrainingPass(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Compute {
  const part = createModel({ inputs: [...inputs], outputs: [...outputs] });
  return (tensors) => [part.call([...tensors], { training: true })].flat();
}

/** Rows first … end−1 of an array as a tensor of rows of this shape. */
export function readRows(
  rows: Float32Array,
  { first, end }: { readonly first: number; readonly end: number },
  shape: readonly number[],
): tf.Tensor {
  const size = countElements(shape);
  return tf.tensor(rows.slice(first * size, end * size), [end - first, ...shape]);
}

/** Writes a tensor of rows into an array, from a row on. */
export function writeRows(target: Float32Array, firstRow: number, tensor: tf.Tensor): void {
  const size = tensor.size / (tensor.shape[0] ?? 1);
  target.set(tensor.dataSync<'float32'>(), firstRow * size);
}

/** Shape of one row of a model's input or output. */
export function readRowShape({ shape }: SymbolicTensor): number[] {
  return shape.slice(1).map((length) => length ?? 1);
}

/** Σ outputs·weights of tensors of the same shapes, as a scalar. */
export function weigh(outputs: readonly tf.Tensor[], weights: readonly tf.Tensor[]): tf.Scalar {
  const sums = outputs.map((output, index) => {
    const weight = weights[index];
    if (!weight) throw new RangeError('an output has no gradient');
    return tf.sum(tf.mul(output, tf.reshape(weight, output.shape)));
  });
  return tf.reshape(tf.addN(sums), []);
}
