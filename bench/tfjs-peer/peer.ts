// Interface of a peer, for measurements and tests.
import type * as tf from '@tensorflow/tfjs-core';

export interface Peer {
  /** What it learns. */
  readonly variables: readonly tf.Variable[];
  /** Of the steps since the update before. */
  readonly meanReward: number;
  /** Plays until an update is due, makes it, and returns the steps played. */
  update(): number;
}
