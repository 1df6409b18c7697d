// Parameters of the peer's layers. Kernels of the same shape have the same initial values in every run; they do not
// affect the speed.
import * as tf from '@tensorflow/tfjs-core';

export function createKernel<Rank extends tf.Rank>(shape: tf.ShapeMap[Rank]): tf.Variable<Rank> {
  return tf.variable(tf.randomNormal<Rank>(shape, 0, 0.1, 'float32', tf.util.sizeFromShape(shape)));
}

export function createBias(outputs: number): tf.Variable<tf.Rank.R1> {
  return tf.variable(tf.zeros<tf.Rank.R1>([outputs]));
}
