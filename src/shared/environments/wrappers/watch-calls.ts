// Watch over calls of user code, so that another thread can see that a call hangs.
import type { Random } from '../../random/random.ts';
import type { EnvironmentBatch, WorldState } from '../environment-batch.ts';
import type { Environment, EnvironmentDefinition } from '../environment.ts';
import { openBatch } from '../open-batch.ts';
import type { Scene } from '../scene.ts';
import { EnvironmentWrapper } from './environment-wrapper.ts';

export interface CallWatch {
  begin(): void;
  end(): void;
  /**
   * Names a process that calls wait for while they block their thread. It is killed when a call hangs, or when the thread
   * is ended; 0: there is none any more.
   */
  waitFor?(pid: number): void;
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

/** A batch whose calls are watched. */
class WatchedBatch implements EnvironmentBatch {
  readonly size: number;
  readonly rewards: Float32Array;
  readonly ends: Uint8Array;
  readonly finalObservations: Float32Array;
  readonly keepsStates: boolean;
  readonly writeActionMasks?: (target: Float32Array, offset: number) => void;
  readonly render?: (world: number) => Scene;
  readonly retire?: (world: number) => void;
  readonly #inner: EnvironmentBatch;
  readonly #watch: CallWatch;

  constructor(inner: EnvironmentBatch, watch: CallWatch) {
    this.#inner = inner;
    this.#watch = watch;
    this.size = inner.size;
    this.rewards = inner.rewards;
    this.ends = inner.ends;
    this.finalObservations = inner.finalObservations;
    this.keepsStates = inner.keepsStates;
    if (inner.writeActionMasks) this.writeActionMasks = inner.writeActionMasks.bind(inner);
    if (inner.render) this.render = inner.render.bind(inner);
    if (inner.retire) this.retire = inner.retire.bind(inner);
  }

  start(states?: readonly (WorldState | null)[]): void | Promise<void> {
    this.#watch.begin();
    return this.#endAfter(this.#inner.start(states));
  }

  step(actions: Float32Array, offset: number): void | Promise<void> {
    this.#watch.begin();
    return this.#endAfter(this.#inner.step(actions, offset));
  }

  observe(target: Float32Array, offset: number): void {
    this.#inner.observe(target, offset);
  }

  getStates(): (number[] | null)[] {
    return this.#inner.getStates();
  }

  close(): void | Promise<void> {
    return this.#inner.close();
  }

  #endAfter(answer: void | Promise<void>): void | Promise<void> {
    if (answer !== undefined)
      return answer.then(() => {
        this.#watch.end();
      });
    this.#watch.end();
    return undefined;
  }
}

/**
 * Wraps the environment so that its calls are watched. A call that throws stays open, because its worker has failed.
 */
export function watchCalls(definition: EnvironmentDefinition, watch: CallWatch): EnvironmentDefinition {
  return {
    ...definition,
    ...(definition.createBatch && {
      createBatch: async (options) => {
        watch.begin();
        const batch = await openBatch(definition, options);
        watch.end();
        return new WatchedBatch(batch, watch);
      },
    }),
    create: () => {
      watch.begin();
      const environment = definition.create();
      watch.end();
      return new WatchedEnvironment(environment, watch);
    },
  };
}
