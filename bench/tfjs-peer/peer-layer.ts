// Layer of a job's network in tfjs.
import type * as tf from '@tensorflow/tfjs-core';

export interface PeerLayer {
  readonly variables: readonly tf.Variable[];
  /** Outputs of rows: steps of one environment that follow each other, and which of them begin an episode. */
  forward(rows: tf.Tensor, starts: readonly boolean[]): tf.Tensor;
  /** Marks the present state, for layers that have one. */
  mark?(): void;
  /** Goes back to the marked state. */
  rewind?(): void;
}
