import { randomInt } from 'node:crypto';

/** A seed for who names none; short enough to be typed again. */
export function drawSeed(): number {
  return randomInt(2 ** 32);
}
