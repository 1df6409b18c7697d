// Identity environments: the observation names the right action, so a working learner solves them within seconds.
import type { Random } from '../random/random.ts';
import { createBoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import { createRectangle, type Scene } from './scene.ts';

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

  render(): Scene {
    return drawNumbers(identitySize, this.#number, []);
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

  render(): Scene {
    return drawNumbers(maskedSize, this.#number, [this.#firstForbidden, this.#secondForbidden]);
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

/** A row of boxes with the numbers; the one to name is filled, forbidden ones are crossed out. */
function drawNumbers(count: number, chosen: number, forbidden: readonly number[]): Scene {
  const boxes = Array.from({ length: count }, (_, number): Scene['shapes'] => {
    const corners = createRectangle([number + 0.1, 0.1], { width: 0.8, height: 0.8 });
    const [topLeft, topRight, bottomRight, bottomLeft] = corners;
    return [
      number === chosen
        ? { type: 'polygon', points: corners, color: 'accent' }
        : { type: 'line', points: [...corners, ...corners.slice(0, 1)], color: 'muted' },
      { type: 'text', text: String(number), centre: [number + 0.5, 0.5], height: 0.35 },
      ...(forbidden.includes(number) && topLeft && topRight && bottomRight && bottomLeft
        ? ([
            { type: 'line', points: [topLeft, bottomRight], color: 'bad' },
            { type: 'line', points: [topRight, bottomLeft], color: 'bad' },
          ] as const)
        : []),
    ];
  });
  return { width: count, height: 1, shapes: boxes.flat() };
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
