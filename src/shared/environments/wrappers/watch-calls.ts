// Watch over calls of user code, so that another thread can see that a call hangs.
import type { Random } from '../../random/random.ts';
import type { Environment, EnvironmentDefinition } from '../environment.ts';
import { EnvironmentWrapper } from './environment-wrapper.ts';

export interface CallWatch {
  begin(): void;
  end(): void;
}

/** A watch that does nothing. */
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
    // The wrapper has no state of its own.
  }

  async #endLater<Result>(answer: Promise<Result>): Promise<Result> {
    const result = await answer;
    this.#watch.end();
    return result;
  }
}

/**
 * Wraps the environment so that its calls are watched. A call that throws stays open, because its worker has failed.
 */
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
