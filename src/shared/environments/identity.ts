// Identity environments: the observation names the right action, so a working learner solves them within seconds.
import type { Random } from '../random/random.ts';
import { createBoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';

const stepsPerEpisode = 20;
const rewardThreshold = 18;

const identitySize = 4;

/** Shows a random number, one-hot. The action with the same number gives reward 1. */
class Identity implements RestorableEnvironment {
  readonly terminated = false;
  #number = 0;

  reset(random: Random): void {
    this.#number = random.nextInteger(identitySize);
  }

  step(actions: Float32Array, offset: number, random: Random): number {
    const reward = actions[offset] === this.#number ? 1 : 0;
    this.#number = random.nextInteger(identitySize);
    return reward;
  }

  observe(target: Float32Array, offset: number): void {
    target.fill(0, offset, offset + identitySize);
    target[offset + this.#number] = 1;
  }

  getState(): number[] {
    return [this.#number];
  }

  setState(state: readonly number[]): void {
    this.#number = state[0]!;
  }
}

const maskedSize = 6;

/** Identity with two forbidden wrong actions at each step. Taking a forbidden action gives reward −1. */
class MaskedIdentity implements RestorableEnvironment {
  readonly terminated = false;
  #number = 0;
  #firstForbidden = 1;
  #secondForbidden = 2;

  reset(random: Random): void {
    this.#draw(random);
  }

  step(actions: Float32Array, offset: number, random: Random): number {
    const action = actions[offset];
    const isForbidden = action === this.#firstForbidden || action === this.#secondForbidden;
    const reward = isForbidden ? -1 : action === this.#number ? 1 : 0;
    this.#draw(random);
    return reward;
  }

  observe(target: Float32Array, offset: number): void {
    target.fill(0, offset, offset + maskedSize);
    target[offset + this.#number] = 1;
  }

  writeActionMask(target: Float32Array, offset: number): void {
    target.fill(1, offset, offset + maskedSize);
    target[offset + this.#firstForbidden] = 0;
    target[offset + this.#secondForbidden] = 0;
  }

  getState(): number[] {
    return [this.#number, this.#firstForbidden, this.#secondForbidden];
  }

  setState(state: readonly number[]): void {
    this.#number = state[0]!;
    this.#firstForbidden = state[1]!;
    this.#secondForbidden = state[2]!;
  }

  /** Forbidden actions are drawn as distances 1…5 from the right action; the second skips the first. */
  #draw(random: Random): void {
    this.#number = random.nextInteger(maskedSize);
    const firstDistance = 1 + random.nextInteger(maskedSize - 1);
    const draw = 1 + random.nextInteger(maskedSize - 2);
    const secondDistance = draw < firstDistance ? draw : draw + 1;
    this.#firstForbidden = (this.#number + firstDistance) % maskedSize;
    this.#secondForbidden = (this.#number + secondDistance) % maskedSize;
  }
}

export const identity: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'Identity-v0',
  description: `Name the number you see, ${stepsPerEpisode} times`,
  observationSpace: createBoxSpace([identitySize], 0, 1),
  actionSpace: { type: 'discrete', n: identitySize },
  maxEpisodeSteps: stepsPerEpisode,
  rewardThreshold,
  hasActionMask: false,
  create: () => new Identity(),
};

export const maskedIdentity: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'MaskedIdentity-v0',
  description: `Name the number you see, ${stepsPerEpisode} times, with two wrong actions forbidden at a time`,
  observationSpace: createBoxSpace([maskedSize], 0, 1),
  actionSpace: { type: 'discrete', n: maskedSize },
  maxEpisodeSteps: stepsPerEpisode,
  rewardThreshold,
  hasActionMask: true,
  create: () => new MaskedIdentity(),
};
