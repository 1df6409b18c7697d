// Action repeat: one step of the job repeats its action for several steps of the environment and sums their rewards.
// It ends early if the episode ends, by the environment's rules or at its time limit.
import type { Random } from '../../random/random.ts';
import type { Environment, EnvironmentDefinition } from '../environment.ts';
import { EnvironmentWrapper } from './environment-wrapper.ts';

interface Repetition {
  readonly repeat: number;
  readonly maxEpisodeSteps: number;
}

class ActionRepeat extends EnvironmentWrapper {
  readonly #repetition: Repetition;
  #steps = 0;

  constructor(inner: Environment, repetition: Repetition) {
    super(inner);
    this.#repetition = repetition;
  }

  reset(random: Random): void | Promise<void> {
    this.#steps = 0;
    return this.inner.reset(random);
  }

  step(actions: Float32Array, offset: number, random: Random): number | Promise<number> {
    const end = findEnd(this.#repetition, this.#steps);
    let reward = 0;
    while (this.#goesOn(end)) {
      const earned = this.inner.step(actions, offset, random);
      if (typeof earned !== 'number') return this.#continue(earned, { end, actions, offset, random });
      reward += earned;
      this.#steps += 1;
    }
    return reward;
  }

  protected readOwnState(): number[] {
    return [this.#steps];
  }

  protected restoreOwnState([steps = 0]: readonly number[]): void {
    this.#steps = steps;
  }

  #goesOn(end: number): boolean {
    return this.#steps < end && !this.terminated && !this.truncated;
  }

  /** Continues a repetition whose first step is a promise. */
  async #continue(first: Promise<number>, { end, actions, offset, random }: LaterSteps): Promise<number> {
    let reward = await first;
    this.#steps += 1;
    while (this.#goesOn(end)) {
      reward += await this.inner.step(actions, offset, random);
      this.#steps += 1;
    }
    return reward;
  }
}

interface LaterSteps {
  readonly end: number;
  readonly actions: Float32Array;
  readonly offset: number;
  readonly random: Random;
}

/** Returns the environment step at which a repetition ends. */
function findEnd({ repeat, maxEpisodeSteps }: Repetition, steps: number): number {
  return Math.min(steps + repeat, maxEpisodeSteps);
}

/**
 * Wraps the environment so that each action is repeated for `repeat` steps. Its time limit counts repeated actions.
 */
export function repeatActions(definition: EnvironmentDefinition, repeat: number): EnvironmentDefinition {
  const { maxEpisodeSteps } = definition;
  const repetition = { repeat, maxEpisodeSteps: maxEpisodeSteps ?? Number.POSITIVE_INFINITY };
  return {
    ...definition,
    maxEpisodeSteps: maxEpisodeSteps === null ? null : Math.ceil(maxEpisodeSteps / repeat),
    create: () => new ActionRepeat(definition.create(), repetition),
  };
}
