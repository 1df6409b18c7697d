// Mountain Car (Moore 1990): the engine is too weak for the hill, so the car must gain height by swinging in the
// valley. Gymnasium's physics, in float64.
import type { Random } from '../random/random.ts';
import { createBoxSpace, type BoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import type { Scene, ScenePoint } from './scene.ts';

const minPosition = -1.2;
const maxPosition = 0.6;
const maxSpeed = 0.07;
const gravity = 0.0025;
const minStart = -0.6;
const maxStart = -0.4;

/**
 * The car and its hills, whose height at position x is sin 3x; lengths and times are in units of the model. A step
 * adds the push and the slope's pull to the velocity, v ← v + push − 0.0025·cos 3x, then moves: x ← x + v. Speed is
 * limited to 0.07, the track to [−1.2, 0.6], and the wall on the left stops the car.
 */
class CarInValley {
  terminated = false;
  readonly #goalPosition: number;
  #position = 0;
  #velocity = 0;

  constructor(goalPosition: number) {
    this.#goalPosition = goalPosition;
  }

  reset(random: Random): void {
    this.#position = random.nextUniform(minStart, maxStart);
    this.#velocity = 0;
    this.terminated = false;
  }

  /** One step with a push. Reaching the goal ends the episode, but not if the car rolls back from it. */
  drive(push: number): void {
    const velocity = this.#velocity + push - gravity * Math.cos(3 * this.#position);
    this.#velocity = Math.min(Math.max(velocity, -maxSpeed), maxSpeed);
    this.#position = Math.min(Math.max(this.#position + this.#velocity, minPosition), maxPosition);
    if (this.#position === minPosition && this.#velocity < 0) this.#velocity = 0;
    this.terminated = this.#position >= this.#goalPosition && this.#velocity >= 0;
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = this.#position;
    target[offset + 1] = this.#velocity;
  }

  getState(): number[] {
    return [this.#position, this.#velocity];
  }

  setState(state: readonly number[]): void {
    this.#position = state[0]!;
    this.#velocity = state[1]!;
    this.terminated = false;
  }

  /** In the model's own lengths: the hills, the flag at the goal and the car. */
  render(): Scene {
    const flag = locate(this.#goalPosition);
    const car = locate(this.#position);
    return {
      width: maxPosition - minPosition,
      height: sceneHeight,
      shapes: [
        { type: 'line', points: hills, color: 'muted', thickness: 0.012 },
        { type: 'line', points: [flag, [flag[0], flag[1] - 0.25]], color: 'ink', thickness: 0.012 },
        {
          type: 'polygon',
          points: [
            [flag[0], flag[1] - 0.25],
            [flag[0] + 0.1, flag[1] - 0.21],
            [flag[0], flag[1] - 0.17],
          ],
          color: 'good',
        },
        { type: 'circle', centre: [car[0], car[1] - 0.05], radius: 0.05, color: 'accent' },
      ],
    };
  }
}

const sceneHeight = 1.2;

/** Place of a position on the hills, whose height is drawn as 0.45·sin 3x. */
function locate(position: number): ScenePoint {
  return [position - minPosition, 0.65 - 0.45 * Math.sin(3 * position)];
}

const hills: readonly ScenePoint[] = Array.from({ length: 61 }, (_, index) =>
  locate(minPosition + (index / 60) * (maxPosition - minPosition)),
);

/** Actions 0, 1, 2 push left, not at all, or right with 0.001; the reward is −1 per step. */
class MountainCar extends CarInValley implements RestorableEnvironment {
  constructor() {
    super(0.5);
  }

  step(actions: Float32Array, offset: number): number {
    if (this.terminated) return 0;
    this.drive((actions[offset]! - 1) * 0.001);
    return -1;
  }
}

/**
 * The action, limited to ±1, pushes with 0.0015. The reward is −0.1 times the square of the sampled action, and +100
 * at the goal.
 */
class MountainCarContinuous extends CarInValley implements RestorableEnvironment {
  constructor() {
    super(0.45);
  }

  step(actions: Float32Array, offset: number): number {
    if (this.terminated) return 0;
    const action = actions[offset]!;
    this.drive(Math.min(Math.max(action, -1), 1) * 0.0015);
    // Gymnasium charges for the action as given, not as limited.
    return (this.terminated ? 100 : 0) - 0.1 * (action * action);
  }
}

/** Position and velocity. */
const observationSpace: BoxSpace = {
  type: 'box',
  shape: [2],
  low: [minPosition, -maxSpeed].map(Math.fround),
  high: [maxPosition, maxSpeed].map(Math.fround),
};

export const mountainCar: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'MountainCar-v0',
  description: 'Drive an underpowered car up a hill, in as few steps as possible',
  observationSpace,
  actionSpace: { type: 'discrete', n: 3 },
  maxEpisodeSteps: 200,
  rewardThreshold: -110,
  hasActionMask: false,
  create: () => new MountainCar(),
};

export const mountainCarContinuous: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'MountainCarContinuous-v0',
  description: 'Drive an underpowered car up a hill, with as little effort as possible',
  observationSpace,
  actionSpace: createBoxSpace([1], -1, 1),
  maxEpisodeSteps: 999,
  rewardThreshold: 90,
  hasActionMask: false,
  create: () => new MountainCarContinuous(),
};
