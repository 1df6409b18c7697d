// Catch: a picture of falling balls that a paddle must catch. It is small enough to learn in seconds, and suits a
// convolution, because relative positions matter.
import type { Random } from '../random/random.ts';
import { createBoxSpace } from '../spaces/space.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';
import { createRectangle, type Scene } from './scene.ts';

const height = 10;
const width = 10;
const channels = 2;
const pictureSize = height * width * channels;
const bottomRow = height - 1;
const ballsPerEpisode = 5;
const ballChannel = 0;
const paddleChannel = 1;
/** Columns on each side of the paddle's middle. */
const paddleReach = 1;

/**
 * Observation: a picture [height, width, channels] of 10 × 10 cells. Channel 0 is 1 at the ball, channel 1 is 1 at
 * the paddle, three cells of the bottom row; everything else is 0. Rows count from the top, columns from the left.
 * A ball starts in any column of the top row and falls one row per step. It drifts by −1, 0 or +1 column (drawn once
 * per ball and not shown) and turns back at the walls. Actions 0, 1, 2 move the paddle left by one, not at all, or
 * right by one.
 * A ball that reaches the bottom row gives reward +1 on the paddle and −1 beside it. The fifth ball ends the episode,
 * after 45 steps.
 */
class Catch implements RestorableEnvironment {
  terminated = false;
  #ballRow = 0;
  #ballColumn = 0;
  #drift = 0;
  #paddleColumn = paddleReach;
  #ballsLeft = ballsPerEpisode;

  reset(random: Random): void {
    this.#paddleColumn = paddleReach + random.nextInteger(width - 2 * paddleReach);
    this.#ballsLeft = ballsPerEpisode;
    this.terminated = false;
    this.#dropBall(random);
  }

  step(actions: Float32Array, offset: number, random: Random): number {
    if (this.terminated) return 0;
    const paddleColumn = this.#paddleColumn + actions[offset]! - 1;
    this.#paddleColumn = Math.min(Math.max(paddleColumn, paddleReach), width - 1 - paddleReach);
    const columnNext = this.#ballColumn + this.#drift;
    if (columnNext < 0 || columnNext >= width) this.#drift = -this.#drift;
    this.#ballColumn += this.#drift;
    this.#ballRow += 1;
    if (this.#ballRow < bottomRow) return 0;

    const isCaught = Math.abs(this.#ballColumn - this.#paddleColumn) <= paddleReach;
    this.#ballsLeft -= 1;
    if (this.#ballsLeft === 0) this.terminated = true;
    else this.#dropBall(random);
    return isCaught ? 1 : -1;
  }

  observe(target: Float32Array, offset: number): void {
    target.fill(0, offset, offset + pictureSize);
    target[offset + locate(this.#ballRow, this.#ballColumn) + ballChannel] = 1;
    for (let reach = -paddleReach; reach <= paddleReach; reach += 1) {
      target[offset + locate(bottomRow, this.#paddleColumn + reach) + paddleChannel] = 1;
    }
  }

  getState(): number[] {
    return [this.#ballRow, this.#ballColumn, this.#drift, this.#paddleColumn, this.#ballsLeft];
  }

  setState(state: readonly number[]): void {
    this.#ballRow = state[0]!;
    this.#ballColumn = state[1]!;
    this.#drift = state[2]!;
    this.#paddleColumn = state[3]!;
    this.#ballsLeft = state[4]!;
    this.terminated = false;
  }

  /** In cells: the field, the ball and the paddle. */
  render(): Scene {
    const field = createRectangle([0, 0], { width, height });
    const paddle = createRectangle([this.#paddleColumn - paddleReach, bottomRow + 0.3], {
      width: 2 * paddleReach + 1,
      height: 0.5,
    });
    return {
      width,
      height,
      shapes: [
        { type: 'line', points: [...field, [0, 0]], color: 'muted' },
        {
          type: 'circle',
          centre: [this.#ballColumn + 0.5, this.#ballRow + 0.5],
          radius: 0.4,
          color: 'accent',
        },
        { type: 'polygon', points: paddle },
      ],
    };
  }

  #dropBall(random: Random): void {
    this.#ballRow = 0;
    this.#ballColumn = random.nextInteger(width);
    this.#drift = random.nextInteger(3) - 1;
  }
}

/** Index of a cell's channels in the flat picture. */
function locate(row: number, column: number): number {
  return (row * width + column) * channels;
}

export const catchBall: EnvironmentDefinition<RestorableEnvironment> = {
  id: 'Catch-v0',
  description: `Watch a picture of falling balls and catch all ${ballsPerEpisode} with a paddle`,
  observationSpace: createBoxSpace([height, width, channels], 0, 1),
  actionSpace: { type: 'discrete', n: 3 },
  maxEpisodeSteps: ballsPerEpisode * bottomRow,
  rewardThreshold: 4.5,
  hasActionMask: false,
  create: () => new Catch(),
};
