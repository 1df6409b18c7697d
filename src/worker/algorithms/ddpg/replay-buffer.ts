// The replay buffer: a ring of the newest transitions, in flat arrays that are as large from the first step as they
// ever get.
import { TERMINATED, TRUNCATED } from '../../../shared/returns/generalized-advantage.ts';
import type { TransitionRows } from '../../../shared/engines/deterministic-model.ts';
import type { Random } from '../../../shared/random/random.ts';
import type { Rollout } from '../../rollout.ts';
import { takeFloat32, takeNumber, type ModelState } from '../../../shared/engines/model-state.ts';

export interface ReplayShape {
  /** Transitions remembered at most. */
  readonly capacity: number;
  readonly observationSize: number;
  readonly actionSize: number;
}

/** The part of a rollout that is remembered. */
export type RememberedRollout = Pick<
  Rollout,
  'shape' | 'actedRows' | 'observations' | 'actions' | 'rewards' | 'ends' | 'finalRows'
>;

export class ReplayBuffer {
  readonly observations: Float32Array<ArrayBuffer>;
  readonly actions: Float32Array<ArrayBuffer>;
  readonly nextObservations: Float32Array<ArrayBuffer>;
  readonly rewards: Float32Array<ArrayBuffer>;
  /** 0 where nothing follows, since the environment ended the episode, else 1. */
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

  /** Transitions in it. */
  get size(): number {
    return this.#size;
  }

  /** Adds every step of a rollout; once the buffer is full, each takes the place of the oldest. */
  add(rollout: RememberedRollout): void {
    const { ends, finalRows, shape } = rollout;
    for (let row = 0; row < rollout.actedRows; row += 1) {
      const end = ends[row]!;
      const slot = this.#next;
      // A time limit is not the end: what was seen last is what the action led to.
      const nextRow = end === TRUNCATED ? finalRows[row]! : row + shape.environments;
      this.#copy(rollout, slot, { row, nextRow });
      this.continuations[slot] = end === TERMINATED ? 0 : 1;
      this.#next = (slot + 1) % this.#shape.capacity;
      this.#size = Math.min(this.#size + 1, this.#shape.capacity);
    }
  }

  /** Fills every row of a batch with a transition, each as likely as any other. */
  draw(random: Random, batch: TransitionRows): void {
    const { observationSize, actionSize } = this.#shape;
    for (let row = 0; row < batch.rewards.length; row += 1) {
      const slot = random.nextInteger(this.#size);
      batch.rewards[row] = this.rewards[slot]!;
      batch.continuations[row] = this.continuations[slot]!;
      for (let index = 0; index < observationSize; index += 1) {
        const from = slot * observationSize + index;
        batch.observations[row * observationSize + index] = this.observations[from]!;
        batch.nextObservations[row * observationSize + index] = this.nextObservations[from]!;
      }
      for (let index = 0; index < actionSize; index += 1)
        batch.actions[row * actionSize + index] = this.actions[slot * actionSize + index]!;
    }
  }

  /** Only the slots in use are part of it. */
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
