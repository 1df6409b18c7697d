import { randomInt } from 'node:crypto';

/** Draws a random seed, short enough to be typed again. */
export function drawSeed(): number {
  return randomInt(2 ** 32);
}
