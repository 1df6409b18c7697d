// Recorder: steps a batch of environments and writes the results into a rollout. One step of all environments fills one
// group of rows.
import type { EnvironmentBatch } from '../shared/environments/environment-batch.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import type { EnvironmentState } from '../shared/protocol/worker-state.ts';
import type { Random } from '../shared/random/random.ts';
import { CONTINUES, INTERRUPTED, TRUNCATED } from '../shared/returns/generalized-advantage.ts';
import { createActionClipper, type ActionClipper } from '../shared/spaces/action-clipper.ts';
import type { Rollout } from './rollout.ts';

export interface RolloutRecorderOptions {
  readonly batch: EnvironmentBatch;
  /** Random streams that the batch was opened with. */
  readonly randoms: readonly Random[];
  readonly definition: EnvironmentDefinition;
  readonly rollout: Rollout;
}

export class RolloutRecorder {
  readonly #batch: EnvironmentBatch;
  readonly #randoms: readonly Random[];
  readonly #rollout: Rollout;
  readonly #clipper: ActionClipper | null;
  /** Actions clipped to the action space; empty if the policy cannot leave it. */
  readonly #clipped: Float32Array;
  readonly #returns: Float64Array;
  /** Number of steps recorded, and its value at the start of each environment's episode. */
  #clock = 0;
  readonly #startedAt: Float64Array;

  constructor({ batch, randoms, definition, rollout }: RolloutRecorderOptions) {
    this.#batch = batch;
    this.#randoms = randoms;
    this.#rollout = rollout;
    this.#clipper = createActionClipper(definition.actionSpace);
    this.#clipped = new Float32Array(this.#clipper ? batch.size * rollout.shape.actionSize : 0);
    this.#returns = new Float64Array(batch.size);
    this.#startedAt = new Float64Array(batch.size);
  }

  /** Starts episodes, or resumes the given states, and records the first observations. */
  start(states: readonly EnvironmentState[] = []): void | Promise<void> {
    states.forEach(({ random }, world) => {
      this.#randoms[world]!.setState(random);
    });
    const started = this.#batch.start(states);
    if (started !== undefined) return started.then(() => this.#begin(states));
    this.#begin(states);
    return undefined;
  }

  /** Copies the state of every environment between two rollouts. */
  getState(): EnvironmentState[] {
    return this.#batch.getStates().map((state, world) => ({
      state,
      random: this.#randoms[world]!.getState(),
      episodeReturn: this.#returns[world]!,
      episodeLength: this.#clock - this.#startedAt[world]!,
    }));
  }

  /** Takes the actions of step `step`. Call `record` when it is done. */
  step(step: number): void | Promise<void> {
    const { actions, shape } = this.#rollout;
    const { environments, actionSize } = shape;
    const first = step * environments * actionSize;
    if (this.#clipper === null) return this.#batch.step(actions, first);
    for (let world = 0; world < environments; world += 1) {
      this.#clipper.clip(actions, first + world * actionSize);
      this.#clipped.set(this.#clipper.action, world * actionSize);
    }
    return this.#batch.step(this.#clipped, 0);
  }

  /** Records rewards, ends and the next observations. */
  record(step: number): void {
    const { rewards, ends, recurrence, shape } = this.#rollout;
    const { environments } = shape;
    const batch = this.#batch;
    const first = step * environments;
    this.#clock += 1;
    for (let world = 0; world < environments; world += 1) {
      const row = first + world;
      const reward = batch.rewards[world]!;
      const end = batch.ends[world]!;
      rewards[row] = reward;
      ends[row] = end;
      this.#returns[world]! += reward;
      if (end !== CONTINUES) this.#finishEpisode(world, row, end);
      if (recurrence !== null) recurrence.follow(row + environments, end === CONTINUES ? row : null);
    }
    this.#observe(first + environments);
    this.#rollout.actedRows = first + environments;
  }

  #begin(states: readonly EnvironmentState[]): void {
    for (let world = 0; world < this.#batch.size; world += 1) {
      const kept = states[world];
      if (kept?.state && this.#batch.keepsStates) {
        this.#returns[world] = kept.episodeReturn;
        this.#startedAt[world] = this.#clock - kept.episodeLength;
      } else this.#rollout.recurrence?.carry(world, null);
    }
    this.#observe(0);
  }

  #observe(row: number): void {
    const { observations, mask, maskSize, shape } = this.#rollout;
    this.#batch.observe(observations, row * shape.observationSize);
    if (mask) this.#batch.writeActionMasks?.(mask, row * maskSize);
  }

  #finishEpisode(world: number, row: number, end: number): void {
    const rollout = this.#rollout;
    if (end === TRUNCATED) this.#keepFinalObservation(world, row);
    // The return of an interrupted episode would say nothing about the policy.
    if (end !== INTERRUPTED) {
      rollout.episodes[2 * rollout.episodeCount] = this.#returns[world]!;
      rollout.episodes[2 * rollout.episodeCount + 1] = this.#clock - this.#startedAt[world]!;
      rollout.episodeCount += 1;
    }
    this.#returns[world] = 0;
    this.#startedAt[world] = this.#clock;
  }

  #keepFinalObservation(world: number, row: number): void {
    const rollout = this.#rollout;
    const { observationSize } = rollout.shape;
    const finalRow = rollout.usedRows;
    rollout.usedRows += 1;
    rollout.finalRows[row] = finalRow;
    const from = world * observationSize;
    const to = finalRow * observationSize;
    const { finalObservations } = this.#batch;
    for (let index = 0; index < observationSize; index += 1)
      rollout.observations[to + index] = finalObservations[from + index]!;
    rollout.recurrence?.follow(finalRow, row);
  }
}
