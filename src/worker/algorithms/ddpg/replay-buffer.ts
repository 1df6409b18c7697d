// Replay buffer: a ring of the newest transitions. Its arrays have their full size from the start.
import { INTERRUPTED, TERMINATED, TRUNCATED } from '../../../shared/returns/generalized-advantage.ts';
import type { TransitionRows } from '../../../shared/engines/deterministic-model.ts';
import type { Random } from '../../../shared/random/random.ts';
import type { Rollout } from '../../rollout.ts';
import { takeFloat32, takeNumber, type ModelState } from '../../../shared/engines/model-state.ts';

export interface ReplayShape {
  /** Maximum number of transitions. */
  readonly capacity: number;
  readonly observationSize: number;
  readonly actionSize: number;
}

/** The part of a rollout that the buffer stores. */
export type RememberedRollout = Pick<
  Rollout,
  'shape' | 'actedRows' | 'observations' | 'actions' | 'rewards' | 'ends' | 'finalRows'
>;

export class ReplayBuffer {
  readonly observations: Float32Array<ArrayBuffer>;
  readonly actions: Float32Array<ArrayBuffer>;
  readonly nextObservations: Float32Array<ArrayBuffer>;
  readonly rewards: Float32Array<ArrayBuffer>;
  /** 0 if the environment terminated the episode, so that nothing follows; else 1. */
  readonly continuations: Float32Array<ArrayBuffer>;
  readonly #shape: ReplayShape;
  #size = 0;
  #next = 0;

  constructor(shape: ReplayShape) {
    const { capacity, observationSize, actionSize } = shape;
    this.#shape = shape;
    this.observations = new Float32Array(capacity * observationSize);
    this.actions = new Float32Array(capacity * actionSize);
    this.nextObservations = new Float32Array(capacity * observationSize);
    this.rewards = new Float32Array(capacity);
    this.continuations = new Float32Array(capacity);
  }

  /** Number of transitions stored. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds every step of a rollout that was taken. In a full buffer, each step replaces the oldest transition.
   */
  add(rollout: RememberedRollout): void {
    const { ends, finalRows, shape } = rollout;
    for (let row = 0; row < rollout.actedRows; row += 1) {
      const end = ends[row]!;
      if (end === INTERRUPTED) continue;
      const slot = this.#next;
      // A time limit does not terminate the episode: the action led to the final observation.
      const nextRow = end === TRUNCATED ? finalRows[row]! : row + shape.environments;
      this.#copy(rollout, slot, { row, nextRow });
      this.continuations[slot] = end === TERMINATED ? 0 : 1;
      this.#next = (slot + 1) % this.#shape.capacity;
      this.#size = Math.min(this.#size + 1, this.#shape.capacity);
    }
  }

  /** Fills a batch with transitions, drawn uniformly with replacement. */
  draw(random: Random, batch: TransitionRows): void {
    const { observationSize, actionSize } = this.#shape;
    // Fields are read once: this is a copy for each update.
    const { rewards, continuations, observations, nextObservations, actions } = this;
    const { observations: drawn, nextObservations: drawnNext, actions: drawnActions } = batch;
    for (let row = 0; row < batch.rewards.length; row += 1) {
      const slot = random.nextInteger(this.#size);
      batch.rewards[row] = rewards[slot]!;
      batch.continuations[row] = continuations[slot]!;
      let from = slot * observationSize;
      let to = row * observationSize;
      for (let index = 0; index < observationSize; index += 1, from += 1, to += 1) {
        drawn[to] = observations[from]!;
        drawnNext[to] = nextObservations[from]!;
      }
      for (let index = 0; index < actionSize; index += 1)
        drawnActions[row * actionSize + index] = actions[slot * actionSize + index]!;
    }
  }

  /** Copies only the slots in use. */
  getState(): ModelState {
    const { observationSize, actionSize } = this.#shape;
    const size = this.#size;
    return {
      replaySize: size,
      replayNext: this.#next,
      replayObservations: this.observations.slice(0, size * observationSize),
      replayActions: this.actions.slice(0, size * actionSize),
      replayNextObservations: this.nextObservations.slice(0, size * observationSize),
      replayRewards: this.rewards.slice(0, size),
      replayContinuations: this.continuations.slice(0, size),
    };
  }

  setState(state: ModelState): void {
    this.#size = takeNumber(state, 'replaySize');
    this.#next = takeNumber(state, 'replayNext');
    this.observations.set(takeFloat32(state, 'replayObservations'));
    this.actions.set(takeFloat32(state, 'replayActions'));
    this.nextObservations.set(takeFloat32(state, 'replayNextObservations'));
    this.rewards.set(takeFloat32(state, 'replayRewards'));
    this.continuations.set(takeFloat32(state, 'replayContinuations'));
  }

  #copy(
    { observations, actions, rewards }: RememberedRollout,
    slot: number,
    { row, nextRow }: { row: number; nextRow: number },
  ): void {
    const { observationSize, actionSize } = this.#shape;
    for (let index = 0; index < observationSize; index += 1) {
      const target = slot * observationSize + index;
      this.observations[target] = observations[row * observationSize + index]!;
      this.nextObservations[target] = observations[nextRow * observationSize + index]!;
    }
    for (let index = 0; index < actionSize; index += 1) {
      this.actions[slot * actionSize + index] = actions[row * actionSize + index]!;
    }
    this.rewards[slot] = rewards[row]!;
  }
}
