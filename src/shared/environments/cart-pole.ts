// CartPole (Barto, Sutton & Anderson 1983): balance a pole on a cart. Gymnasium's physics, in float64.
import type { Random } from '../random/random.ts';
import type { BoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import { createRectangle, type Scene } from './scene.ts';

const gravity = 9.8;
const poleMass = 0.1;
const totalMass = 1 + poleMass;
const halfPoleLength = 0.5;
const poleMassLength = poleMass * halfPoleLength;
const force = 10;
const secondsPerStep = 0.02;
const maxPosition = 2.4;
const maxAngleRadians = (12 * 2 * Math.PI) / 360;
const maxInitialValue = 0.05;

// Separate number fields are faster than an array: millions of steps run per second.
export class CartPole implements RestorableEnvironment {
  terminated = false;
  #position = 0;
  #velocity = 0;
  #angleRadians = 0;
  #angularVelocity = 0;

  reset(random: Random): void {
    this.#position = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.#velocity = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.#angleRadians = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.#angularVelocity = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.terminated = false;
  }

  step(actions: Float32Array, offset: number): number {
    // After its end, an episode does not move, so that a caller's mistake cannot send the state to infinity.
    if (this.terminated) return 0;
    const push = actions[offset] === 1 ? force : -force;
    const cosine = Math.cos(this.#angleRadians);
    const sine = Math.sin(this.#angleRadians);
    const angularVelocity = this.#angularVelocity;
    const pressure = (push + poleMassLength * (angularVelocity * angularVelocity) * sine) / totalMass;
    const angularAcceleration =
      (gravity * sine - cosine * pressure) /
      (halfPoleLength * (4 / 3 - (poleMass * (cosine * cosine)) / totalMass));
    const acceleration = pressure - (poleMassLength * angularAcceleration * cosine) / totalMass;

    // Euler's explicit method: positions change with the velocities before the step.
    this.#position += secondsPerStep * this.#velocity;
    this.#velocity += secondsPerStep * acceleration;
    this.#angleRadians += secondsPerStep * angularVelocity;
    this.#angularVelocity = angularVelocity + secondsPerStep * angularAcceleration;
    this.terminated =
      Math.abs(this.#position) > maxPosition || Math.abs(this.#angleRadians) > maxAngleRadians;
    return 1;
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = this.#position;
    target[offset + 1] = this.#velocity;
    target[offset + 2] = this.#angleRadians;
    target[offset + 3] = this.#angularVelocity;
  }

  getState(): number[] {
    return [this.#position, this.#velocity, this.#angleRadians, this.#angularVelocity];
  }

  setState(state: readonly number[]): void {
    this.#position = state[0]!;
    this.#velocity = state[1]!;
    this.#angleRadians = state[2]!;
    this.#angularVelocity = state[3]!;
    this.terminated = false;
  }

  /** In metres: the track with its ends, the cart and the pole. */
  render(): Scene {
    const [width, height, ground] = [2 * maxPosition + 0.8, 1.7, 1.5];
    const x = width / 2 + this.#position;
    const [left, right] = [width / 2 - maxPosition, width / 2 + maxPosition];
    const hinge = [x, ground - 0.25] as const;
    const tip = [x + Math.sin(this.#angleRadians), hinge[1] - Math.cos(this.#angleRadians)] as const;
    return {
      width,
      height,
      shapes: [
        {
          type: 'line',
          points: [
            [0, ground],
            [width, ground],
          ],
          color: 'muted',
        },
        {
          type: 'line',
          points: [
            [left, ground - 0.08],
            [left, ground + 0.08],
          ],
          color: 'bad',
          thickness: 0.03,
        },
        {
          type: 'line',
          points: [
            [right, ground - 0.08],
            [right, ground + 0.08],
          ],
          color: 'bad',
          thickness: 0.03,
        },
        { type: 'polygon', points: createRectangle([x - 0.25, ground - 0.25], { width: 0.5, height: 0.2 }) },
        { type: 'circle', centre: [x - 0.15, ground - 0.04], radius: 0.04, color: 'muted' },
        { type: 'circle', centre: [x + 0.15, ground - 0.04], radius: 0.04, color: 'muted' },
        { type: 'line', points: [hinge, tip], thickness: 0.07, color: 'accent' },
      ],
    };
  }
}

/** Twice the limits at which an episode ends, as in Gymnasium. */
const observationBounds = [2 * maxPosition, Infinity, 2 * maxAngleRadians, Infinity].map(Math.fround);
const observationSpace: BoxSpace = {
  type: 'box',
  shape: [4],
  low: observationBounds.map((bound) => -bound),
  high: observationBounds,
};

/** The versions differ only in the episode length and the return that counts as solved. */
function defineCartPole(
  version: string,
  maxEpisodeSteps: number,
  rewardThreshold: number,
): EnvironmentDefinition<RestorableEnvironment> {
  return {
    id: `CartPole-${version}`,
    description: `Push a cart left or right to keep its pole upright for ${maxEpisodeSteps} steps`,
    observationSpace,
    actionSpace: { type: 'discrete', n: 2 },
    maxEpisodeSteps,
    rewardThreshold,
    hasActionMask: false,
    create: () => new CartPole(),
  };
}

export const cartPoleV0 = defineCartPole('v0', 200, 195);
export const cartPoleV1 = defineCartPole('v1', 500, 475);
