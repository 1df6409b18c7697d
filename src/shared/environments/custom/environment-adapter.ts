// Adapter of a custom environment to the interface of built-in ones: flat float32 rows. Everything that it returns is
// checked before it reaches a network.
import type { Random } from '../../random/random.ts';
import { countMaskElements, flatSize } from '../../spaces/space.ts';
import type { Environment, EnvironmentDefinition } from '../environment.ts';
import type { Scene } from '../scene.ts';
import type { CustomEnvironment } from './custom-environment.ts';
import {
  describeValue,
  EnvironmentFailedError,
  InvalidEnvironmentOutputError,
  type EnvironmentCall,
} from './environment-errors.ts';
import { isList, readObservation } from './read-observation.ts';
import { findSceneProblem, isScene } from './read-scene.ts';
import { isPromise, SettledPromises } from './settled-promises.ts';

export interface AdaptedEnvironment {
  readonly definition: Pick<
    EnvironmentDefinition,
    'id' | 'observationSpace' | 'actionSpace' | 'hasActionMask' | 'isAsynchronous'
  >;
  readonly createCustom: () => CustomEnvironment;
}

export class EnvironmentAdapter implements Environment {
  terminated = false;
  truncated = false;
  readonly writeActionMask?: (target: Float32Array, offset: number) => void;
  readonly getState?: () => number[];
  readonly setState?: (state: readonly number[]) => void;
  readonly render?: () => Scene;
  readonly #custom: CustomEnvironment;
  readonly #promises = new SettledPromises();
  readonly #definition: AdaptedEnvironment['definition'];
  readonly #observation: Float32Array;
  #episodeStep = 0;

  constructor({ definition, createCustom }: AdaptedEnvironment) {
    this.#definition = definition;
    this.#observation = new Float32Array(flatSize(definition.observationSpace));
    this.#custom = this.#call('create', () => this.#requireMethods(createCustom()));
    if (definition.hasActionMask) this.writeActionMask = this.#writeMask.bind(this);
    if (this.#call('create', () => typeof this.#custom.render === 'function'))
      this.render = this.#draw.bind(this);
    if (this.#call('create', () => this.#keepsState())) {
      this.getState = this.#readState.bind(this);
      this.setState = this.#restoreState.bind(this);
    }
  }

  #requireMethods(custom: CustomEnvironment): CustomEnvironment {
    if (isPromise(custom))
      this.#refuse(
        'create',
        'returned a promise; create() must return at once, so move slow work to reset()',
      );
    if (typeof custom?.reset !== 'function' || typeof custom.step !== 'function') {
      this.#refuse(
        'create',
        `returned ${describeValue(custom)}; an environment needs the methods reset and step`,
      );
    }
    if ((typeof custom.actionMask === 'function') !== this.#definition.hasActionMask) {
      const problem = 'returned an environment ';
      this.#refuse(
        'create',
        this.#definition.hasActionMask
          ? `${problem}without actionMask(), but its definition says hasActionMask: true`
          : `${problem}with actionMask(), but its definition has no hasActionMask: true`,
      );
    }
    return custom;
  }

  #keepsState(): boolean {
    return typeof this.#custom.getState === 'function' && typeof this.#custom.setState === 'function';
  }

  reset(random: Random): void | Promise<void> {
    this.#beginEpisode();
    return this.#ask(
      'reset',
      () => this.#custom.reset(random),
      (observation) => {
        this.#acceptObservation('reset', observation);
      },
    );
  }

  step(actions: Float32Array, offset: number, random: Random): number | Promise<number> {
    this.#beginStep();
    const action = this.#readAction(actions, offset);
    return this.#ask(
      'step',
      () => this.#custom.step(action, random),
      (result) => this.#acceptStep(result),
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

  observe(target: Float32Array, offset: number): void {
    target.set(this.#observation, offset);
  }

  /** Runs user code and reads its result. An error that is thrown gets the place of the call. */
  #call<Result>(method: EnvironmentCall['method'], run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      throw this.#explain(method, error);
    }
  }

  /** Runs a call that may return a promise, if the definition allows it, and reads its result. */
  #ask<Result>(
    method: 'reset' | 'step' | 'close',
    run: () => unknown,
    accept: (answer: unknown) => Result,
  ): Result | Promise<Result> {
    return this.#call(method, () => {
      if (this.#promises.settledTwice) this.#refuse(method, settledTwice);
      const answer = run();
      if (!isPromise(answer)) return accept(answer);
      if (this.#definition.isAsynchronous !== true) {
        this.#promises.forget(answer);
        this.#refuse(method, undeclaredPromise);
      }
      return this.#settle(method, answer, accept);
    });
  }

  async #settle<Result>(
    method: EnvironmentCall['method'],
    answer: PromiseLike<unknown>,
    accept: (answer: unknown) => Result,
  ): Promise<Result> {
    try {
      return accept(await this.#promises.adopt(answer));
    } catch (error) {
      throw this.#explain(method, error);
    }
  }

  #explain(method: EnvironmentCall['method'], thrown: unknown): Error {
    if (InvalidEnvironmentOutputError.is(thrown)) return thrown;
    return new EnvironmentFailedError(this.#describeCall(method), thrown);
  }

  #beginEpisode(): void {
    this.#episodeStep = 0;
    this.terminated = false;
    this.truncated = false;
  }

  #beginStep(): void {
    this.#episodeStep += 1;
  }

  #acceptObservation(method: 'reset' | 'step', observation: unknown): void {
    const problem = readObservation(observation, this.#definition.observationSpace.shape, this.#observation);
    if (problem !== null) this.#refuse(method, `returned ${problem}`);
  }

  /** Reads the result of a step and returns its reward. */
  #acceptStep(result: unknown): number {
    if (typeof result !== 'object' || result === null) {
      this.#refuse(
        'step',
        `returned ${describeValue(result)}; a step must return {observation, reward, terminated}`,
      );
    }
    const { observation, reward, terminated, truncated = false } = toStepResult(result);
    this.#acceptObservation('step', observation);
    // Rewards are float32 in a rollout: a number that is too large for float32 would become infinite.
    if (typeof reward !== 'number' || !Number.isFinite(Math.fround(reward))) {
      this.#refuse('step', `returned a reward of ${describeValue(reward)}; rewards must be finite numbers`);
    }
    if (typeof terminated !== 'boolean' || typeof truncated !== 'boolean') {
      const [name, value] =
        typeof terminated === 'boolean' ? ['truncated', truncated] : ['terminated', terminated];
      this.#refuse('step', `returned ${describeValue(value)} as ${name}; it must be true or false`);
    }
    this.terminated = terminated;
    this.truncated = truncated;
    return reward;
  }

  #refuse(method: EnvironmentCall['method'], problem: string): never {
    throw new InvalidEnvironmentOutputError(this.#describeCall(method), problem);
  }

  /**
   * Returns the action at `actions[offset…]` in the form of user code. Actions of a box are clipped, because the
   * policy does not clip them.
   */
  #readAction(actions: Float32Array, offset: number): number | number[] {
    const { actionSpace } = this.#definition;
    switch (actionSpace.type) {
      case 'discrete':
        return actions[offset]!;
      case 'multiDiscrete':
        return actionSpace.n.map((_, index) => actions[offset + index]!);
      case 'box':
        return actionSpace.low.map((low, index) =>
          Math.min(Math.max(actions[offset + index]!, low), actionSpace.high[index]!),
        );
    }
  }

  #draw(): Scene {
    return this.#call('render', () => {
      const scene: unknown = this.#custom.render?.();
      if (isScene(scene)) return scene;
      this.#refuse('render', `returned ${findSceneProblem(scene) ?? 'no scene'}`);
    });
  }

  #writeMask(target: Float32Array, offset: number): void {
    this.#call('actionMask', () => {
      this.#acceptMask(this.#custom.actionMask?.(), target, offset);
    });
  }

  #acceptMask(mask: unknown, target: Float32Array, offset: number): void {
    const size = countMaskElements(this.#definition.actionSpace);
    if (!isList(mask) || mask.length !== size) {
      this.#refuse(
        'actionMask',
        `returned ${describeValue(mask)}; it needs one element for each of ${size} actions`,
      );
    }
    let allowed = 0;
    for (let index = 0; index < size; index += 1) {
      const element: unknown = mask[index];
      if (element !== 0 && element !== 1 && typeof element !== 'boolean') {
        this.#refuse(
          'actionMask',
          `returned ${describeValue(element)} for action ${index}; elements must be 0 or 1`,
        );
      }
      target[offset + index] = Number(element);
      allowed += Number(element);
    }
    if (allowed === 0)
      this.#refuse('actionMask', 'allows no action; if no action is possible, end the episode');
  }

  /**
   * Returns the user's numbers, preceded by the step and the observation, which a custom environment returns only
   * once.
   */
  #readState(): number[] {
    return this.#call('getState', () => this.#acceptState(this.#custom.getState?.()));
  }

  #acceptState(state: unknown): number[] {
    if (
      !Array.isArray(state) ||
      !state.every((value) => typeof value === 'number' && Number.isFinite(value))
    ) {
      this.#refuse(
        'getState',
        `returned ${describeValue(state)}; a state must be an array of finite numbers`,
      );
    }
    return [this.#episodeStep, ...this.#observation, ...state.map(Number)];
  }

  #restoreState(state: readonly number[]): void {
    const size = this.#observation.length;
    this.#episodeStep = state[0]!;
    this.#observation.set(state.slice(1, 1 + size));
    this.terminated = false;
    this.truncated = false;
    this.#call('setState', () => this.#custom.setState?.(state.slice(1 + size)));
  }

  #describeCall(method: EnvironmentCall['method']): EnvironmentCall {
    return { environment: this.#definition.id, method, episodeStep: this.#episodeStep };
  }
}

const undeclaredPromise =
  'returned a promise; add isAsynchronous: true to its definition: defineEnvironment({…, isAsynchronous: true})';
const settledTwice = 'is called after a promise was settled twice; a promise may have only one result';

/** The result of user code is unknown until it is checked. */
function toStepResult(
  result: object,
): Readonly<Record<'observation' | 'reward' | 'terminated' | 'truncated', unknown>> {
  const read = (name: string): unknown => Reflect.get(result, name);
  return {
    observation: read('observation'),
    reward: read('reward'),
    terminated: read('terminated'),
    truncated: read('truncated'),
  };
}
