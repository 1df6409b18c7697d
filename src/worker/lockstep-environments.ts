// A worker's environments, stepped in lockstep: one step of each fills one group of rows of the rollout.
import type { Environment, EnvironmentDefinition } from '../shared/environments/environment.ts';
import type { EnvironmentState } from '../shared/protocol/worker-state.ts';
import type { Random } from '../shared/random/random.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../shared/returns/generalized-advantage.ts';
import { createActionClipper, type ActionClipper } from '../shared/spaces/action-clipper.ts';
import type { Rollout } from './rollout.ts';

export class LockstepEnvironments {
  readonly #environments: readonly Environment[];
  readonly #randoms: readonly Random[];
  readonly #clipper: ActionClipper | null;
  readonly #maxEpisodeSteps: number;
  readonly #truncateThemselves: boolean;
  readonly #returns: Float64Array;
  readonly #lengths: Int32Array;

  /** Each environment draws from its own stream, split from `random`. */
  constructor(definition: EnvironmentDefinition, count: number, random: Random) {
    this.#environments = Array.from({ length: count }, () => definition.create());
    this.#randoms = Array.from({ length: count }, (_, index) => random.split(index));
    this.#clipper = createActionClipper(definition.actionSpace);
    this.#maxEpisodeSteps = definition.maxEpisodeSteps ?? Number.POSITIVE_INFINITY;
    this.#truncateThemselves = definition.truncatesItself === true;
    this.#returns = new Float64Array(count);
    this.#lengths = new Int32Array(count);
  }

  /** Resets all environments and writes their observations into the first rows. */
  start(rollout: Rollout): void {
    this.#environments.forEach((environment, index) => {
      environment.reset(this.#randoms[index]!);
      rollout.recurrence?.carry(index, null);
      this.#observe(environment, rollout, index);
    });
  }

  /** Where every environment stands between two rollouts; a copy. */
  getState(): EnvironmentState[] {
    return this.#environments.map((environment, index) => ({
      state: environment.getState?.() ?? null,
      random: this.#randoms[index]!.getState(),
      episodeReturn: this.#returns[index]!,
      episodeLength: this.#lengths[index]!,
    }));
  }

  /** Goes on from there and writes the observations into the first rows. Episodes whose state is not known begin again. */
  resume(rollout: Rollout, states: readonly EnvironmentState[]): void {
    this.#environments.forEach((environment, index) => {
      const known = states[index];
      if (known) this.#randoms[index]!.setState(known.random);
      if (!known?.state || !environment.setState) {
        environment.reset(this.#randoms[index]!);
        rollout.recurrence?.carry(index, null);
      } else {
        environment.setState(known.state);
        this.#returns[index] = known.episodeReturn;
        this.#lengths[index] = known.episodeLength;
      }
      this.#observe(environment, rollout, index);
    });
  }

  /** Takes the actions of step `step` and writes rewards, ends and the next observations. */
  step(rollout: Rollout, step: number): void {
    const { environments: count, actionSize, observationSize } = rollout.shape;
    const { actions, rewards, ends, recurrence } = rollout;
    const clipper = this.#clipper;
    for (let index = 0; index < count; index += 1) {
      const environment = this.#environments[index]!;
      const row = step * count + index;
      clipper?.clip(actions, row * actionSize);
      const reward = clipper
        ? environment.step(clipper.action, 0, this.#randoms[index]!)
        : environment.step(actions, row * actionSize, this.#randoms[index]!);
      rewards[row] = reward;
      this.#returns[index]! += reward;
      this.#lengths[index]! += 1;
      if (environment.terminated) {
        ends[row] = TERMINATED;
        this.#finishEpisode(rollout, index);
      } else if (
        this.#lengths[index]! >= this.#maxEpisodeSteps ||
        (this.#truncateThemselves && environment.truncated === true)
      ) {
        ends[row] = TRUNCATED;
        const finalRow = rollout.usedRows;
        rollout.usedRows += 1;
        rollout.finalRows[row] = finalRow;
        environment.observe(rollout.observations, finalRow * observationSize);
        recurrence?.follow(finalRow, row);
        this.#finishEpisode(rollout, index);
      } else {
        ends[row] = CONTINUES;
      }
      recurrence?.follow(row + count, ends[row] === CONTINUES ? row : null);
      this.#observe(environment, rollout, row + count);
    }
    rollout.actedRows = (step + 1) * count;
  }

  #observe(environment: Environment, rollout: Rollout, row: number): void {
    environment.observe(rollout.observations, row * rollout.shape.observationSize);
    if (rollout.mask) environment.writeActionMask?.(rollout.mask, row * rollout.maskSize);
  }

  #finishEpisode(rollout: Rollout, index: number): void {
    rollout.episodes[2 * rollout.episodeCount] = this.#returns[index]!;
    rollout.episodes[2 * rollout.episodeCount + 1] = this.#lengths[index]!;
    rollout.episodeCount += 1;
    this.#returns[index] = 0;
    this.#lengths[index] = 0;
    this.#environments[index]!.reset(this.#randoms[index]!);
  }
}
