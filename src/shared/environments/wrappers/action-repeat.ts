// Action repeat: one step of the job holds its action for several steps of the environment and earns their sum. It
// ends early where the episode does, by the environment's rules or at its time limit.
import type { Random } from '../../random/random.ts';
import type { AsynchronousEnvironment, Environment, EnvironmentDefinition } from '../environment.ts';
import { EnvironmentWrapper } from './environment-wrapper.ts';

interface Repetition {
  readonly repeat: number;
  readonly maxEpisodeSteps: number;
}

class ActionRepeat extends EnvironmentWrapper<Environment> implements Environment {
  readonly #repetition: Repetition;
  #steps = 0;

  constructor(inner: Environment, repetition: Repetition) {
    super(inner);
    this.#repetition = repetition;
  }

  reset(random: Random): void {
    this.#steps = 0;
    this.inner.reset(random);
  }

  step(actions: Float32Array, offset: number, random: Random): number {
    const end = findEnd(this.#repetition, this.#steps);
    let reward = 0;
    while (this.#steps < end && !this.terminated && !this.truncated) {
      reward += this.inner.step(actions, offset, random);
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
}

class AsynchronousActionRepeat
  extends EnvironmentWrapper<AsynchronousEnvironment>
  implements AsynchronousEnvironment
{
  readonly #repetition: Repetition;
  #steps = 0;

  constructor(inner: AsynchronousEnvironment, repetition: Repetition) {
    super(inner);
    this.#repetition = repetition;
  }

  async reset(random: Random): Promise<void> {
    this.#steps = 0;
    await this.inner.reset(random);
  }

  async step(actions: Float32Array, offset: number, random: Random): Promise<number> {
    const end = findEnd(this.#repetition, this.#steps);
    let reward = 0;
    while (this.#steps < end && !this.terminated && !this.truncated) {
      reward += await this.inner.step(actions, offset, random);
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
}

/** The environment's step at which a repetition is over. */
function findEnd({ repeat, maxEpisodeSteps }: Repetition, steps: number): number {
  return Math.min(steps + repeat, maxEpisodeSteps);
}

/** The environment with each action held for `repeat` steps; its time limit counts held actions. */
export function repeatActions(definition: EnvironmentDefinition, repeat: number): EnvironmentDefinition {
  const { maxEpisodeSteps, asynchronous } = definition;
  const repetition = { repeat, maxEpisodeSteps: maxEpisodeSteps ?? Number.POSITIVE_INFINITY };
  return {
    ...definition,
    maxEpisodeSteps: maxEpisodeSteps === null ? null : Math.ceil(maxEpisodeSteps / repeat),
    create: () => new ActionRepeat(definition.create(), repetition),
    ...(asynchronous && {
      asynchronous: {
        ...asynchronous,
        create: () => new AsynchronousActionRepeat(asynchronous.create(), repetition),
      },
    }),
  };
}
