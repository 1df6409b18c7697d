// Pendulum: swing a pendulum up with a motor that is too weak to lift it, then balance it. Gymnasium's physics, in
// float64.
import type { Random } from '../random/random.ts';
import { createBoxSpace, type BoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import type { Scene } from './scene.ts';

const gravity = 10;
const mass = 1;
const length = 1;
const secondsPerStep = 0.05;
const maxTorque = 2;
const maxSpeed = 8;
const maxInitialSpeed = 1;

/**
 * A rod hinged at one end, at angle θ from upright (radians, 0 is up) with angular velocity ω (radians per second).
 * Observation: cos θ, sin θ and ω. The action is a torque u in newton metres, limited to ±2:
 * ω ← ω + (3g/(2l)·sin θ + 3/(ml²)·u)·Δt, limited to ±8, then θ ← θ + ω·Δt.
 * The reward is −(θ² + 0.1·ω² + 0.001·u²) of the state before the step, with θ within ±π. Episodes never end by
 * themselves.
 */
class Pendulum implements RestorableEnvironment {
  readonly terminated = false;
  #angleRadians = 0;
  #angularVelocity = 0;
  /** Of the last step, for its picture. */
  #torque = 0;

  reset(random: Random): void {
    this.#angleRadians = random.nextUniform(-Math.PI, Math.PI);
    this.#angularVelocity = random.nextUniform(-maxInitialSpeed, maxInitialSpeed);
    this.#torque = 0;
  }

  step(actions: Float32Array, offset: number): number {
    const angleRadians = this.#angleRadians;
    const angularVelocity = this.#angularVelocity;
    const torque = Math.min(Math.max(actions[offset]!, -maxTorque), maxTorque);
    this.#torque = torque;
    const lean = normalizeAngle(angleRadians);
    const cost = lean * lean + 0.1 * (angularVelocity * angularVelocity) + 0.001 * (torque * torque);

    const acceleration =
      ((3 * gravity) / (2 * length)) * Math.sin(angleRadians) + (3 / (mass * length * length)) * torque;
    const velocityNext = angularVelocity + acceleration * secondsPerStep;
    this.#angularVelocity = Math.min(Math.max(velocityNext, -maxSpeed), maxSpeed);
    // The angle changes with the velocity after the step, and counts whole turns.
    this.#angleRadians = angleRadians + this.#angularVelocity * secondsPerStep;
    return -cost;
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = Math.cos(this.#angleRadians);
    target[offset + 1] = Math.sin(this.#angleRadians);
    target[offset + 2] = this.#angularVelocity;
  }

  getState(): number[] {
    return [this.#angleRadians, this.#angularVelocity];
  }

  setState(state: readonly number[]): void {
    this.#angleRadians = state[0]!;
    this.#angularVelocity = state[1]!;
  }

  /** In metres: the rod, its hinge, and below them the torque. As Gymnasium draws it, angles grow to the left. */
  render(): Scene {
    const hinge = [1.3, 1.3] as const;
    const tip = [
      hinge[0] - length * Math.sin(this.#angleRadians),
      hinge[1] - length * Math.cos(this.#angleRadians),
    ] as const;
    const push = (-0.8 * this.#torque) / maxTorque;
    return {
      width: 2.6,
      height: 2.8,
      shapes: [
        { type: 'line', points: [hinge, tip], thickness: 0.16, color: 'accent' },
        { type: 'circle', centre: hinge, radius: 0.06 },
        {
          type: 'line',
          points: [
            [0.5, 2.65],
            [2.1, 2.65],
          ],
          color: 'muted',
        },
        {
          type: 'line',
          points: [
            [1.3, 2.65],
            [1.3 + push, 2.65],
          ],
          thickness: 0.08,
          color: 'good',
        },
      ],
    };
  }
}

/** Returns the same angle within [−π, π). */
function normalizeAngle(angleRadians: number): number {
  const turn = 2 * Math.PI;
  const remainder = (angleRadians + Math.PI) % turn;
  return (remainder < 0 ? remainder + turn : remainder) - Math.PI;
}

const observationSpace: BoxSpace = {
  type: 'box',
  shape: [3],
  low: [-1, -1, -maxSpeed],
  high: [1, 1, maxSpeed],
};

export const pendulum: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'Pendulum-v1',
  description: 'Swing a pendulum up with a weak motor and keep it upright',
  observationSpace,
  actionSpace: createBoxSpace([1], -maxTorque, maxTorque),
  maxEpisodeSteps: 200,
  rewardThreshold: null,
  hasActionMask: false,
  create: () => new Pendulum(),
};
