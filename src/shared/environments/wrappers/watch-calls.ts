// Tells a watch when user code runs, so that someone else can see that a call does not come back.
import type { Random } from '../../random/random.ts';
import type { Environment, EnvironmentDefinition } from '../environment.ts';
import { EnvironmentWrapper } from './environment-wrapper.ts';

export interface CallWatch {
  begin(): void;
  end(): void;
}

/** Nobody watches. */
export const noWatch: CallWatch = { begin: () => undefined, end: () => undefined };

class WatchedEnvironment extends EnvironmentWrapper {
  readonly #watch: CallWatch;

  constructor(inner: Environment, watch: CallWatch) {
    super(inner);
    this.#watch = watch;
  }

  reset(random: Random): void | Promise<void> {
    this.#watch.begin();
    const answer = this.inner.reset(random);
    if (answer !== undefined) return this.#endLater(answer);
    this.#watch.end();
    return undefined;
  }

  step(actions: Float32Array, offset: number, random: Random): number | Promise<number> {
    this.#watch.begin();
    const reward = this.inner.step(actions, offset, random);
    if (typeof reward !== 'number') return this.#endLater(reward);
    this.#watch.end();
    return reward;
  }

  protected readOwnState(): number[] {
    return [];
  }

  protected restoreOwnState(): void {
    // There is nothing but what is inside.
  }

  async #endLater<Result>(answer: Promise<Result>): Promise<Result> {
    const result = await answer;
    this.#watch.end();
    return result;
  }
}

/** The environment with its calls watched. One that throws leaves its last call open: whoever ran it has failed. */
export function watchCalls(definition: EnvironmentDefinition, watch: CallWatch): EnvironmentDefinition {
  return {
    ...definition,
    create: () => {
      watch.begin();
      const environment = definition.create();
      watch.end();
      return new WatchedEnvironment(environment, watch);
    },
  };
}
