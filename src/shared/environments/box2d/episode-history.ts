// What has happened in an episode, as the numbers that it was made of: random draws and actions. An environment whose
// simulator cannot save its state is restored by playing the episode again.

/** Random numbers of an environment: the part of Random that it draws from. */
export interface Draws {
  /** Returns a uniform number in [low, high). */
  nextUniform(low: number, high: number): number;
  /** Returns a uniform integer in [0, bound). */
  nextInteger(bound: number): number;
}

const initialCapacity = 256;

/** Records the draws and actions of an episode in their order, or gives recorded ones back in the same order. */
export class EpisodeHistory implements Draws {
  #source: Draws | null = null;
  #values = new Float64Array(initialCapacity);
  #length = 0;
  #position = 0;
  #steps = 0;

  /** Begins the record of a new episode that draws from `source`. */
  begin(source: Draws): void {
    this.#source = source;
    this.#length = 0;
    this.#steps = 0;
  }

  /** Begins a step whose random numbers come from `source`. */
  beginStep(source: Draws): void {
    this.#source = source;
    this.#steps += 1;
  }

  nextUniform(low: number, high: number): number {
    return this.#source === null ? this.#repeat() : this.record(this.#source.nextUniform(low, high));
  }

  nextInteger(bound: number): number {
    return this.#source === null ? this.#repeat() : this.record(this.#source.nextInteger(bound));
  }

  /** Notes a number of an action, and returns it. */
  record(value: number): number {
    if (this.#length === this.#values.length) {
      const longer = new Float64Array(2 * this.#length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
    return value;
  }

  /** Number of steps, and all that was recorded. */
  save(): number[] {
    return [this.#steps, ...this.#values.subarray(0, this.#length)];
  }

  /**
   * Plays a saved episode again: `begin`, and then `step` with the numbers of each action, draw from this history as
   * they did. Throws RangeError if they draw other than the saved episode did.
   */
  replay(saved: readonly number[], { actionSize, begin, step }: ReplayedEpisode): void {
    const [steps = 0, ...values] = saved;
    this.#values = Float64Array.from(values);
    this.#length = values.length;
    this.#position = 0;
    this.#steps = steps;
    this.#source = null;
    begin();
    const action = new Float64Array(actionSize);
    for (let index = 0; index < steps; index += 1) {
      for (let element = 0; element < actionSize; element += 1) action[element] = this.#repeat();
      step(action);
    }
    if (this.#position !== this.#length) throw new RangeError(describeMismatch(this.#position, saved));
  }

  #repeat(): number {
    if (this.#position >= this.#length) {
      throw new RangeError(describeMismatch(this.#position, [...this.#values.subarray(0, this.#length)]));
    }
    this.#position += 1;
    return this.#values[this.#position - 1]!;
  }
}

export interface ReplayedEpisode {
  /** Numbers of an action. */
  readonly actionSize: number;
  readonly begin: () => void;
  readonly step: (action: Float64Array) => void;
}

function describeMismatch(position: number, values: readonly number[]): string {
  return `the saved episode is not one of this environment: it has ${values.length} numbers, and its replay stopped at ${position}`;
}

/** Returns the number, or the nearest of −1 and 1. */
export function clipToUnit(value: number): number {
  return Math.min(Math.max(value, -1), 1);
}
