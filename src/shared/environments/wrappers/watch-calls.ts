// Tells a watch when user code runs, so that someone else can see that a call does not come back.
import type { Random } from '../../random/random.ts';
import type { AsynchronousEnvironment, Environment, EnvironmentDefinition } from '../environment.ts';
import { EnvironmentWrapper } from './environment-wrapper.ts';

export interface CallWatch {
  begin(): void;
  end(): void;
}

/** Nobody watches. */
export const noWatch: CallWatch = { begin: () => undefined, end: () => undefined };

abstract class Watched<Inner extends Omit<Environment, 'reset' | 'step'>> extends EnvironmentWrapper<Inner> {
  protected readonly watch: CallWatch;

  constructor(inner: Inner, watch: CallWatch) {
    super(inner);
    this.watch = watch;
  }

  protected readOwnState(): number[] {
    return [];
  }

  protected restoreOwnState(): void {
    // There is nothing but what is inside.
  }
}

class WatchedEnvironment extends Watched<Environment> implements Environment {
  reset(random: Random): void {
    this.watch.begin();
    this.inner.reset(random);
    this.watch.end();
  }

  step(actions: Float32Array, offset: number, random: Random): number {
    this.watch.begin();
    const reward = this.inner.step(actions, offset, random);
    this.watch.end();
    return reward;
  }
}

class WatchedAsynchronousEnvironment
  extends Watched<AsynchronousEnvironment>
  implements AsynchronousEnvironment
{
  async reset(random: Random): Promise<void> {
    this.watch.begin();
    await this.inner.reset(random);
    this.watch.end();
  }

  async step(actions: Float32Array, offset: number, random: Random): Promise<number> {
    this.watch.begin();
    const reward = await this.inner.step(actions, offset, random);
    this.watch.end();
    return reward;
  }
}

/** The environment with its calls watched. One that throws leaves its last call open: whoever ran it has failed. */
export function watchCalls(definition: EnvironmentDefinition, watch: CallWatch): EnvironmentDefinition {
  const { asynchronous } = definition;
  const observe = <Result>(call: () => Result): Result => {
    watch.begin();
    const result = call();
    watch.end();
    return result;
  };
  return {
    ...definition,
    create: () =>
      new WatchedEnvironment(
        observe(() => definition.create()),
        watch,
      ),
    ...(asynchronous && {
      asynchronous: {
        isNeeded: () => observe(() => asynchronous.isNeeded()),
        create: () =>
          new WatchedAsynchronousEnvironment(
            observe(() => asynchronous.create()),
            watch,
          ),
      },
    }),
  };
}
