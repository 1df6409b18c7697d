// Batch of single environments. It counts their steps for the time limit, and starts the next episode when one ends.
// If steps or resets are promises, all worlds wait for theirs at the same time.
import type { Random } from '../random/random.ts';
import { CONTINUES, INTERRUPTED, TERMINATED, TRUNCATED } from '../returns/generalized-advantage.ts';
import { countMaskElements, flatSize } from '../spaces/space.ts';
import type { BatchOptions, EnvironmentBatch, WorldState } from './environment-batch.ts';
import type { Environment, EnvironmentDefinition } from './environment.ts';
import type { Scene } from './scene.ts';

const emptyScene: Scene = { width: 1, height: 1, shapes: [] };

export class SingleEnvironmentBatch implements EnvironmentBatch {
  readonly size: number;
  readonly rewards: Float32Array;
  readonly ends: Uint8Array;
  readonly finalObservations: Float32Array;
  readonly keepsStates: boolean;
  readonly writeActionMasks?: (target: Float32Array, offset: number) => void;
  readonly render?: (world: number) => Scene;
  readonly #environments: readonly Environment[];
  readonly #randoms: readonly Random[];
  readonly #actionSize: number;
  readonly #observationSize: number;
  readonly #maxEpisodeSteps: number;
  readonly #truncateThemselves: boolean;
  /** Steps of the batch, and how many there were when each world's episode began. */
  #clock = 0;
  readonly #startedAt: Float64Array;
  /** Worlds that are not stepped any more; null if there are none. */
  #isRetired: Uint8Array | null = null;
  /** Promises of the worlds in the current step; the array is reused in each step. */
  #pending: Promise<void>[] | null = null;

  constructor(
    definition: EnvironmentDefinition,
    environments: readonly Environment[],
    { randoms }: BatchOptions,
  ) {
    const size = environments.length;
    this.size = size;
    this.#environments = environments;
    this.keepsStates = environments.every(
      (environment) => environment.getState !== undefined && environment.setState !== undefined,
    );
    this.#randoms = randoms;
    this.#actionSize = flatSize(definition.actionSpace);
    this.#observationSize = flatSize(definition.observationSpace);
    this.#maxEpisodeSteps = definition.maxEpisodeSteps ?? Number.POSITIVE_INFINITY;
    this.#truncateThemselves = definition.truncatesItself === true;
    this.#startedAt = new Float64Array(size);
    this.rewards = new Float32Array(size);
    this.ends = new Uint8Array(size);
    this.finalObservations = new Float32Array(size * this.#observationSize);
    if (environments.every((environment) => environment.render !== undefined))
      this.render = (world) => environments[world]?.render?.() ?? emptyScene;
    if (definition.hasActionMask)
      this.writeActionMasks = this.#writeMasks.bind(this, countMaskElements(definition.actionSpace));
  }

  start(states: readonly (WorldState | null)[] = []): void | Promise<void> {
    for (let world = 0; world < this.size; world += 1) {
      const kept = states[world] ?? null;
      const environment = this.#environments[world]!;
      if (kept?.state && this.keepsStates) {
        environment.setState?.(kept.state);
        this.#startedAt[world] = this.#clock - kept.episodeLength;
      } else this.#waitFor(environment.reset(this.#randoms[world]!));
    }
    return this.#takePending();
  }

  step(actions: Float32Array, offset: number): void | Promise<void> {
    const environments = this.#environments;
    const randoms = this.#randoms;
    const actionSize = this.#actionSize;
    const isRetired = this.#isRetired;
    const { rewards, ends } = this;
    const startedAt = this.#startedAt;
    const truncateThemselves = this.#truncateThemselves;
    this.#clock += 1;
    /** Episodes that began at this step or before have reached the time limit. */
    const limitBegan = this.#clock - this.#maxEpisodeSteps;
    for (let world = 0; world < environments.length; world += 1) {
      if (isRetired !== null && isRetired[world] === 1) continue;
      const environment = environments[world]!;
      const reward = environment.step(actions, offset + world * actionSize, randoms[world]!);
      if (typeof reward !== 'number') {
        this.#waitFor(reward.then((settled) => this.#follow(world, settled)));
        continue;
      }
      rewards[world] = reward;
      // Fast path without a call.
      if (
        !environment.terminated &&
        startedAt[world]! > limitBegan &&
        !(truncateThemselves && environment.truncated === true)
      )
        ends[world] = CONTINUES;
      else this.#waitFor(this.#end(world, environment));
    }
    return this.#pending === null ? undefined : this.#takePending();
  }

  observe(target: Float32Array, offset: number): void {
    const size = this.#observationSize;
    const environments = this.#environments;
    for (let world = 0; world < environments.length; world += 1)
      environments[world]!.observe(target, offset + world * size);
  }

  getStates(): (number[] | null)[] {
    return this.#environments.map((environment) => environment.getState?.() ?? null);
  }

  retire(world: number): void {
    this.#isRetired ??= new Uint8Array(this.size);
    this.#isRetired[world] = 1;
  }

  async close(): Promise<void> {
    await closeAll(this.#environments);
  }

  /** Records the result of a promise. */
  #follow(world: number, reward: number): void | Promise<void> {
    const environment = this.#environments[world]!;
    this.rewards[world] = reward;
    if (environment.terminated || this.#isCut(world, environment)) return this.#end(world, environment);
    this.ends[world] = CONTINUES;
    return undefined;
  }

  #isCut(world: number, environment: Environment): boolean {
    return (
      this.#clock - this.#startedAt[world]! >= this.#maxEpisodeSteps ||
      (this.#truncateThemselves && environment.truncated === true)
    );
  }

  /** Stores the last observation of an episode, and starts the next episode. */
  #end(world: number, environment: Environment): void | Promise<void> {
    this.ends[world] = environment.terminated
      ? TERMINATED
      : environment.interrupted === true
        ? INTERRUPTED
        : TRUNCATED;
    this.#startedAt[world] = this.#clock;
    environment.observe(this.finalObservations, world * this.#observationSize);
    return environment.reset(this.#randoms[world]!);
  }

  #waitFor(answer: void | Promise<void>): void {
    if (answer !== undefined) (this.#pending ??= []).push(answer);
  }

  #takePending(): void | Promise<void> {
    if (this.#pending === null) return undefined;
    const pending = Promise.all(this.#pending);
    this.#pending = null;
    return pending.then(() => undefined);
  }

  #writeMasks(maskSize: number, target: Float32Array, offset: number): void {
    for (let world = 0; world < this.size; world += 1)
      this.#environments[world]!.writeActionMask?.(target, offset + world * maskSize);
  }
}

/** Closes all environments, even if one throws. Then throws the first error. */
export async function closeAll(environments: readonly Environment[]): Promise<void> {
  const results = await Promise.allSettled(
    environments.map(async (environment) => await environment.close?.()),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
