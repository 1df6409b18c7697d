// Calls of a layers model on rows of arrays.
import * as tf from '@tensorflow/tfjs-core';
import { model as createModel, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';

/** Makes a function of a model's inputs that computes only the given outputs. */
export function createFunction(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): (tensors: readonly tf.Tensor[]) => tf.Tensor[] {
  const part: LayersModel = createModel({ inputs: [...inputs], outputs: [...outputs] });
  // With more than one input there may be initial states of recurrent layers, which `call` refuses and only the slower
  // `predictOnBatch` passes on. Both are differentiable.
  const isSimple = inputs.length === 1;
  return (tensors) => {
    const result = isSimple
      ? part.call([...tensors], { training: false })
      : part.predictOnBatch([...tensors]);
    return Array.isArray(result) ? result : [result];
  };
}

/** Makes a function that passes observations through a model as its training does. */
export function createTrainingPass(
  input: SymbolicTensor,
  outputs: readonly SymbolicTensor[],
): (tensors: readonly tf.Tensor[]) => tf.Tensor[] {
  const model = createModel({ inputs: input, outputs: [...outputs] });
  return (tensors) => [model.call([...tensors], { training: true })].flat();
}

/** Rows first … end−1 of an array as a tensor of rows of this shape. */
export function readRows(
  rows: Float32Array,
  { first, end }: { readonly first: number; readonly end: number },
  shape: readonly number[],
): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(rows.slice(first * size, end * size), [end - first, ...shape]);
}

/** Writes a tensor of rows into an array, from a row on. */
export function writeRows(target: Float32Array, firstRow: number, tensor: tf.Tensor): void {
  const size = tensor.size / (tensor.shape[0] ?? 1);
  target.set(tensor.dataSync<'float32'>(), firstRow * size);
}

/** Shape of one row of a model's input. */
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
