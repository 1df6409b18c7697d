// Adapter of a custom batch. Its rows are checked after every call, so that missing or misplaced numbers never reach
// a network.
import { CONTINUES, TERMINATED, TRUNCATED } from '../../returns/generalized-advantage.ts';
import type { Random } from '../../random/random.ts';
import { flatSize, listChoices } from '../../spaces/space.ts';
import type { BatchOptions, EnvironmentBatch, WorldState } from '../environment-batch.ts';
import type { EnvironmentDefinition } from '../environment.ts';
import type { CustomBatch } from './custom-environment.ts';
import {
  describeValue,
  EnvironmentFailedError,
  InvalidEnvironmentOutputError,
  type EnvironmentCall,
} from './environment-errors.ts';
import { GuardedRows } from './guarded-rows.ts';
import { isPromise, SettledPromises } from './settled-promises.ts';

type BatchDefinition = Pick<
  EnvironmentDefinition,
  'id' | 'observationSpace' | 'actionSpace' | 'hasActionMask' | 'isAsynchronous'
>;

export class BatchAdapter implements EnvironmentBatch {
  readonly size: number;
  readonly rewards: Float32Array;
  readonly ends: Uint8Array;
  readonly finalObservations: Float32Array;
  readonly keepsStates: boolean;
  readonly writeActionMasks?: (target: Float32Array, offset: number) => void;
  readonly #definition: BatchDefinition;
  readonly #custom: CustomBatch;
  readonly #randoms: readonly Random[];
  readonly #guarded: GuardedRows;
  readonly #promises = new SettledPromises();
  readonly #actionLength: number;
  #steps = 0;

  private constructor(definition: BatchDefinition, custom: CustomBatch, { randoms }: BatchOptions) {
    const size = randoms.length;
    const choices = definition.hasActionMask ? listChoices(definition.actionSpace) : [];
    this.size = size;
    this.#definition = definition;
    this.#custom = custom;
    this.keepsStates = typeof custom.getState === 'function' && typeof custom.setState === 'function';
    this.#randoms = randoms;
    this.#guarded = new GuardedRows(size, {
      observationSize: flatSize(definition.observationSpace),
      choices,
    });
    this.#actionLength = size * flatSize(definition.actionSpace);
    this.ends = new Uint8Array(size);
    this.rewards = this.#guarded.rows.rewards;
    this.finalObservations = this.#guarded.rows.finalObservations;
    if (definition.hasActionMask) {
      this.writeActionMasks = (target, offset) => {
        target.set(this.#guarded.rows.actionMasks, offset);
      };
    }
  }

  /** Creates the user's batch. Throws EnvironmentFailedError or InvalidEnvironmentOutputError. */
  static async open(
    definition: BatchDefinition,
    create: (size: number) => CustomBatch | Promise<CustomBatch>,
    options: BatchOptions,
  ): Promise<BatchAdapter> {
    const call: EnvironmentCall = { environment: definition.id, method: 'createBatch', episodeStep: 0 };
    let custom: CustomBatch;
    try {
      custom = await create(options.randoms.length);
    } catch (error) {
      throw new EnvironmentFailedError(call, error);
    }
    if (typeof custom?.reset !== 'function' || typeof custom.step !== 'function') {
      const problem = `returned ${describeValue(custom)}; a batch needs the methods reset and step`;
      throw new InvalidEnvironmentOutputError(call, problem);
    }
    return new BatchAdapter(definition, custom, options);
  }

  start(states: readonly (WorldState | null)[] = []): void | Promise<void> {
    this.#guarded.clear();
    return this.#ask(
      'reset',
      () => this.#custom.reset(this.#guarded.rows, this.#randoms),
      () => {
        this.#accept('reset');
        states.forEach((kept, world) => {
          if (kept?.state && this.keepsStates) this.#restore(world, kept.state);
        });
      },
    );
  }

  step(actions: Float32Array, offset: number): void | Promise<void> {
    this.#steps += 1;
    this.#guarded.clear();
    const taken = actions.slice(offset, offset + this.#actionLength);
    return this.#ask(
      'step',
      () => this.#custom.step(taken, this.#guarded.rows, this.#randoms),
      () => {
        this.#accept('step');
      },
    );
  }

  observe(target: Float32Array, offset: number): void {
    target.set(this.#guarded.rows.observations, offset);
  }

  getStates(): (number[] | null)[] {
    return Array.from({ length: this.size }, (_, world) =>
      this.keepsStates ? this.#readState(world) : null,
    );
  }

  close(): void | Promise<void> {
    if (typeof this.#custom.close !== 'function') return undefined;
    return this.#ask(
      'close',
      () => this.#custom.close?.(),
      () => undefined,
    );
  }

  #readState(world: number): number[] {
    const state: unknown = this.#call('getState', () => this.#custom.getState?.(world));
    const isState = Array.isArray(state) && state.every((value) => Number.isFinite(value));
    if (!isState)
      this.#refuse(
        'getState',
        `returned ${describeValue(state)}; a state must be an array of finite numbers`,
      );
    return [...this.#guarded.readObservation(world), ...state.map(Number)];
  }

  /** The state includes the observation, because the batch would write it only in its next step. */
  #restore(world: number, kept: readonly number[]): void {
    const rest = this.#guarded.writeObservation(world, kept);
    this.#call('setState', () => this.#custom.setState?.(world, rest));
  }

  #accept(method: 'reset' | 'step'): void {
    const problem = this.#guarded.findProblem(method);
    if (problem !== null) this.#refuse(method, problem);
    const { terminated, truncated } = this.#guarded.rows;
    for (let world = 0; world < this.size; world += 1) {
      this.ends[world] = terminated[world] ? TERMINATED : truncated[world] ? TRUNCATED : CONTINUES;
    }
  }

  #ask<Result>(
    method: 'reset' | 'step' | 'close',
    run: () => unknown,
    accept: () => Result,
  ): Result | Promise<Result> {
    if (this.#promises.settledTwice)
      this.#refuse(method, 'is called after a promise was settled twice; a promise may have only one result');
    const answer = this.#call(method, run);
    if (!isPromise(answer)) return accept();
    if (this.#definition.isAsynchronous !== true) {
      this.#promises.forget(answer);
      this.#refuse(
        method,
        'returned a promise; add isAsynchronous: true to its definition: defineEnvironment({…, isAsynchronous: true})',
      );
    }
    return this.#settle(method, answer, accept);
  }

  async #settle<Result>(
    method: EnvironmentCall['method'],
    answer: PromiseLike<unknown>,
    accept: () => Result,
  ): Promise<Result> {
    try {
      await this.#promises.adopt(answer);
    } catch (error) {
      throw new EnvironmentFailedError(this.#describeCall(method), error);
    }
    return accept();
  }

  #call<Result>(method: EnvironmentCall['method'], run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      throw new EnvironmentFailedError(this.#describeCall(method), error);
    }
  }

  #refuse(method: EnvironmentCall['method'], problem: string): never {
    throw new InvalidEnvironmentOutputError(this.#describeCall(method), problem);
  }

  #describeCall(method: EnvironmentCall['method']): EnvironmentCall {
    return { environment: this.#definition.id, method, episodeStep: this.#steps };
  }
}
