// Acrobot (Sutton 1996): swing a two-link arm up with a motor in its elbow. Gymnasium's physics, in float64, with the
// equations of Sutton & Barto's book, which have a sine term that the 1996 paper lacks.
import type { Random } from '../random/random.ts';
import type { BoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import type { Scene } from './scene.ts';

const gravity = 9.8;
const mass = 1;
const upperLength = 1;
const centreOfMass = 0.5;
const momentOfInertia = 1;
const secondsPerStep = 0.2;
const maxUpperVelocity = 4 * Math.PI;
const maxLowerVelocity = 9 * Math.PI;
const maxInitialValue = 0.1;

/** Inertia of the lower link about the elbow, and how strongly the motions of the links are coupled. */
const lowerInertia = mass * centreOfMass * centreOfMass + momentOfInertia;
const coupling = mass * upperLength * centreOfMass;
/** Inertia of both links about the shoulder, without the part that depends on the elbow's angle. */
const totalInertia =
  lowerInertia + mass * (centreOfMass * centreOfMass + upperLength * upperLength) + momentOfInertia;

/**
 * Two equal links (1 m, 1 kg) hang from a fixed shoulder: θ₁ is the upper link's angle from straight down, θ₂ the
 * lower link's angle from the upper link (radians, within ±π), ω₁ and ω₂ are their rates (radians per second, within
 * ±4π, ±9π).
 * Observation: cos θ₁, sin θ₁, cos θ₂, sin θ₂, ω₁, ω₂. Actions 0, 1, 2 are torques of −1, 0, +1 N·m at the elbow,
 * held for 0.2 s, one step of Runge and Kutta's fourth-order method. The reward is −1 per step, and 0 for the last:
 * the episode ends when the tip is a link's length above the shoulder, −cos θ₁ − cos(θ₁ + θ₂) > 1.
 */
class Acrobot implements RestorableEnvironment {
  terminated = false;
  #upperAngle = 0;
  #lowerAngle = 0;
  #upperVelocity = 0;
  #lowerVelocity = 0;

  reset(random: Random): void {
    this.#upperAngle = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.#lowerAngle = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.#upperVelocity = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.#lowerVelocity = random.nextUniform(-maxInitialValue, maxInitialValue);
    this.terminated = false;
  }

  step(actions: Float32Array, offset: number): number {
    if (this.terminated) return 0;
    this.#integrate(actions[offset]! - 1);
    this.#upperAngle = wrapAngle(this.#upperAngle);
    this.#lowerAngle = wrapAngle(this.#lowerAngle);
    this.#upperVelocity = Math.min(Math.max(this.#upperVelocity, -maxUpperVelocity), maxUpperVelocity);
    this.#lowerVelocity = Math.min(Math.max(this.#lowerVelocity, -maxLowerVelocity), maxLowerVelocity);
    this.terminated = -Math.cos(this.#upperAngle) - Math.cos(this.#upperAngle + this.#lowerAngle) > 1;
    return this.terminated ? 0 : -1;
  }

  /** Runge–Kutta: slopes at the start, twice halfway and at the end, weighted 1, 2, 2, 1. */
  #integrate(torque: number): void {
    let upperSlope = 0;
    let lowerSlope = 0;
    let upperAcceleration = 0;
    let lowerAcceleration = 0;
    let upperSlopes = 0;
    let lowerSlopes = 0;
    let upperAccelerations = 0;
    let lowerAccelerations = 0;
    for (let stage = 0; stage < 4; stage += 1) {
      const seconds = stage === 3 ? secondsPerStep : secondsPerStep / 2;
      const upperAngle = this.#upperAngle + seconds * upperSlope;
      const lowerAngle = this.#lowerAngle + seconds * lowerSlope;
      upperSlope = this.#upperVelocity + seconds * upperAcceleration;
      lowerSlope = this.#lowerVelocity + seconds * lowerAcceleration;

      const sine = coupling * Math.sin(lowerAngle);
      const cosine = coupling * Math.cos(lowerAngle);
      const d1 = totalInertia + 2 * cosine;
      const d2 = lowerInertia + cosine;
      const phi2 = mass * centreOfMass * gravity * Math.sin(upperAngle + lowerAngle);
      const phi1 =
        -sine * lowerSlope * (lowerSlope + 2 * upperSlope) +
        mass * (centreOfMass + upperLength) * gravity * Math.sin(upperAngle) +
        phi2;
      lowerAcceleration =
        (torque + (d2 / d1) * phi1 - sine * upperSlope * upperSlope - phi2) / (lowerInertia - (d2 * d2) / d1);
      upperAcceleration = -(d2 * lowerAcceleration + phi1) / d1;

      const weight = stage === 0 || stage === 3 ? 1 : 2;
      upperSlopes += weight * upperSlope;
      lowerSlopes += weight * lowerSlope;
      upperAccelerations += weight * upperAcceleration;
      lowerAccelerations += weight * lowerAcceleration;
    }
    this.#upperAngle += (secondsPerStep / 6) * upperSlopes;
    this.#lowerAngle += (secondsPerStep / 6) * lowerSlopes;
    this.#upperVelocity += (secondsPerStep / 6) * upperAccelerations;
    this.#lowerVelocity += (secondsPerStep / 6) * lowerAccelerations;
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = Math.cos(this.#upperAngle);
    target[offset + 1] = Math.sin(this.#upperAngle);
    target[offset + 2] = Math.cos(this.#lowerAngle);
    target[offset + 3] = Math.sin(this.#lowerAngle);
    target[offset + 4] = this.#upperVelocity;
    target[offset + 5] = this.#lowerVelocity;
  }

  getState(): number[] {
    return [this.#upperAngle, this.#lowerAngle, this.#upperVelocity, this.#lowerVelocity];
  }

  setState(state: readonly number[]): void {
    this.#upperAngle = state[0]!;
    this.#lowerAngle = state[1]!;
    this.#upperVelocity = state[2]!;
    this.#lowerVelocity = state[3]!;
    this.terminated = false;
  }

  /** In metres: the links, their joints, and the height that the tip must reach. */
  render(): Scene {
    const shoulder = [2.2, 2.2] as const;
    const sum = this.#upperAngle + this.#lowerAngle;
    const elbow = [
      shoulder[0] + upperLength * Math.sin(this.#upperAngle),
      shoulder[1] + upperLength * Math.cos(this.#upperAngle),
    ] as const;
    const tip = [elbow[0] + Math.sin(sum), elbow[1] + Math.cos(sum)] as const;
    const goal = shoulder[1] - upperLength;
    return {
      width: 4.4,
      height: 4.4,
      shapes: [
        {
          type: 'line',
          points: [
            [0, goal],
            [4.4, goal],
          ],
          color: 'good',
        },
        { type: 'line', points: [shoulder, elbow], thickness: 0.16 },
        { type: 'line', points: [elbow, tip], thickness: 0.16, color: 'accent' },
        { type: 'circle', centre: shoulder, radius: 0.09, color: 'muted' },
        { type: 'circle', centre: elbow, radius: 0.09, color: 'muted' },
      ],
    };
  }
}

/** Returns the same angle within ±π. */
function wrapAngle(angleRadians: number): number {
  let wrapped = angleRadians;
  while (wrapped > Math.PI) wrapped -= 2 * Math.PI;
  while (wrapped < -Math.PI) wrapped += 2 * Math.PI;
  return wrapped;
}

const observationBounds = [1, 1, 1, 1, maxUpperVelocity, maxLowerVelocity].map(Math.fround);
const observationSpace: BoxSpace = {
  type: 'box',
  shape: [6],
  low: observationBounds.map((bound) => -bound),
  high: observationBounds,
};

export const acrobot: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'Acrobot-v1',
  description: 'Swing a two-link arm up by the motor in its elbow, in as few steps as possible',
  observationSpace,
  actionSpace: { type: 'discrete', n: 3 },
  maxEpisodeSteps: 500,
  rewardThreshold: -100,
  hasActionMask: false,
  create: () => new Acrobot(),
};
