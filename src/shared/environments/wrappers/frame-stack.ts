// Frame stack: the latest observations side by side along the last axis, oldest first. Several frames show what a
// single one cannot, such as a velocity.
import type { Random } from '../../random/random.ts';
import { flatSize, type BoxSpace } from '../../spaces/space.ts';
import type { Environment, EnvironmentDefinition } from '../environment.ts';
import { EnvironmentWrapper } from './environment-wrapper.ts';

/** Ring of the last `count` frames. */
class FrameRing {
  readonly #count: number;
  readonly #size: number;
  /** Elements of a frame that stay together: the extent of its last axis. */
  readonly #extent: number;
  readonly #frames: Float32Array;
  #newest = 0;

  constructor(count: number, space: BoxSpace) {
    this.#count = count;
    this.#size = flatSize(space);
    this.#extent = space.shape.at(-1) ?? 1;
    this.#frames = new Float32Array(count * this.#size);
  }

  /** Starts an episode: fills the ring with its first frame. */
  fill(environment: Pick<Environment, 'observe'>): void {
    for (let frame = 0; frame < this.#count; frame += 1)
      environment.observe(this.#frames, frame * this.#size);
  }

  push(environment: Pick<Environment, 'observe'>): void {
    this.#newest = (this.#newest + 1) % this.#count;
    environment.observe(this.#frames, this.#newest * this.#size);
  }

  write(target: Float32Array, offset: number): void {
    const extent = this.#extent;
    for (let age = 0; age < this.#count; age += 1) {
      const frame = ((this.#newest + 1 + age) % this.#count) * this.#size;
      for (let start = 0; start < this.#size; start += extent) {
        const place = offset + start * this.#count + age * extent;
        for (let index = 0; index < extent; index += 1) {
          target[place + index] = this.#frames[frame + start + index]!;
        }
      }
    }
  }

  getState(): number[] {
    return [this.#newest, ...this.#frames];
  }

  setState(state: readonly number[]): void {
    this.#newest = state[0]!;
    this.#frames.set(state.slice(1));
  }
}

class FrameStack extends EnvironmentWrapper {
  readonly #frames: FrameRing;

  constructor(inner: Environment, frames: FrameRing) {
    super(inner);
    this.#frames = frames;
  }

  reset(random: Random): void | Promise<void> {
    const answer = this.inner.reset(random);
    if (answer !== undefined) return this.#fillLater(answer);
    this.#frames.fill(this.inner);
    return undefined;
  }

  step(actions: Float32Array, offset: number, random: Random): number | Promise<number> {
    const reward = this.inner.step(actions, offset, random);
    if (typeof reward !== 'number') return this.#pushLater(reward);
    this.#frames.push(this.inner);
    return reward;
  }

  override observe(target: Float32Array, offset: number): void {
    this.#frames.write(target, offset);
  }

  protected readOwnState(): number[] {
    return this.#frames.getState();
  }

  protected restoreOwnState(state: readonly number[]): void {
    this.#frames.setState(state);
  }

  async #fillLater(answer: Promise<void>): Promise<void> {
    await answer;
    this.#frames.fill(this.inner);
  }

  async #pushLater(answer: Promise<number>): Promise<number> {
    const reward = await answer;
    this.#frames.push(this.inner);
    return reward;
  }
}

/** Wraps the environment so that each observation contains the last `count` ones. */
export function stackFrames(definition: EnvironmentDefinition, count: number): EnvironmentDefinition {
  const { observationSpace } = definition;
  return {
    ...definition,
    observationSpace: stackSpace(observationSpace, count),
    create: () => new FrameStack(definition.create(), new FrameRing(count, observationSpace)),
  };
}

/** Returns the space of the last `count` observations side by side along the last axis. */
export function stackSpace({ shape, low, high }: BoxSpace, count: number): BoxSpace {
  const extent = shape.at(-1) ?? 1;
  const stack = (bounds: readonly number[]): number[] =>
    Array.from({ length: bounds.length / extent }, (_, row) =>
      bounds.slice(row * extent, (row + 1) * extent),
    ).flatMap((row) => Array.from({ length: count }, () => row).flat());
  return { type: 'box', shape: [...shape.slice(0, -1), extent * count], low: stack(low), high: stack(high) };
}
