// Batches of replayed transitions as tensors.
import * as tf from '@tensorflow/tfjs-core';
import type { JobSpec, Random } from '../../src/index.ts';
import { ReplayBuffer } from '../../src/worker/algorithms/ddpg/replay-buffer.ts';
import type { Rollout, RolloutShape } from '../../src/worker/rollout.ts';

/** A row per transition. */
export interface TransitionBatch {
  readonly observations: tf.Tensor2D;
  readonly actions: tf.Tensor2D;
  readonly rewards: tf.Tensor2D;
  /** 0 where nothing follows, else 1. */
  readonly continuations: tf.Tensor2D;
  readonly nextObservations: tf.Tensor2D;
}

export class TransitionBatches {
  readonly #replay: ReplayBuffer;
  readonly #batchSize: number;
  readonly #shape: RolloutShape;
  readonly #random: Random;

  constructor(
    { replaySize, batchSize }: Pick<NonNullable<JobSpec['ddpg']>, 'replaySize' | 'batchSize'>,
    shape: RolloutShape,
    random: Random,
  ) {
    const { observationSize, actionSize } = shape;
    this.#replay = new ReplayBuffer({ capacity: replaySize, observationSize, actionSize });
    this.#batchSize = batchSize;
    this.#shape = shape;
    this.#random = random;
  }

  /** Whether there is enough to draw from. */
  get isReady(): boolean {
    return this.#replay.size >= this.#batchSize;
  }

  add(rollout: Rollout): void {
    this.#replay.add(rollout);
  }

  draw(): TransitionBatch {
    const { size, observations, actions, rewards, continuations, nextObservations } = this.#replay;
    const { observationSize, actionSize } = this.#shape;
    const slots = Int32Array.from({ length: this.#batchSize }, () => this.#random.nextInteger(size));
    return {
      observations: gather(observations, slots, observationSize),
      actions: gather(actions, slots, actionSize),
      rewards: gather(rewards, slots, 1),
      continuations: gather(continuations, slots, 1),
      nextObservations: gather(nextObservations, slots, observationSize),
    };
  }
}

function gather(numbers: Float32Array, slots: Int32Array, size: number): tf.Tensor2D {
  const rows = new Float32Array(slots.length * size);
  for (const [row, slot] of slots.entries()) {
    rows.set(numbers.subarray(slot * size, (slot + 1) * size), row * size);
  }
  return tf.tensor2d(rows, [slots.length, size]);
}
