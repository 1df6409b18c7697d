// CartPole with hidden velocities: it needs memory, because the same observation can need either push.
import type { BoxSpace } from '../spaces/space.ts';
import { CartPole, cartPoleV1 } from './cart-pole.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from './environment.ts';

const positionIndex = 0;
const angleIndex = 2;

/**
 * CartPole-v1 with another observation: the cart's position and the pole's angle from upright (radians), without
 * their rates. A policy without memory keeps the pole up for about fifty steps. A policy that remembers the previous
 * observation can tell the direction of motion, and solves it.
 */
class CartPolePositions extends CartPole {
  readonly #row = new Float32Array(4);

  override observe(target: Float32Array, offset: number): void {
    super.observe(this.#row, 0);
    target[offset] = this.#row[positionIndex]!;
    target[offset + 1] = this.#row[angleIndex]!;
  }
}

const { low, high } = cartPoleV1.observationSpace;
const observationSpace: BoxSpace = {
  type: 'box',
  shape: [2],
  low: [low[positionIndex]!, low[angleIndex]!],
  high: [high[positionIndex]!, high[angleIndex]!],
};

export const cartPolePositions: EnvironmentDefinition<RestorableEnvironment> = {
  ...cartPoleV1,
  id: 'CartPolePositions-v0',
  description: 'Keep the pole of CartPole-v1 upright without seeing velocities',
  observationSpace,
  create: () => new CartPolePositions(),
};
