import { describe, expect, it } from 'vitest';
import { cartPolePositions } from '../../../../src/shared/environments/cart-pole-positions.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { Random } from '../../../../src/shared/random/random.ts';

interface Sight {
  readonly position: number;
  readonly angle: number;
}

/** Mean return of 20 episodes; `lean` says which way to push, from what is seen now and was seen before. */
function play(lean: (now: Sight, before: Sight) => number): number {
  const random = Random.fromSeed(21);
  const environment = cartPolePositions.create();
  const row = new Float32Array(2);
  const look = (): Sight => {
    environment.observe(row, 0);
    return { position: row[0] ?? NaN, angle: row[1] ?? NaN };
  };
  let total = 0;
  for (let episode = 0; episode < 20; episode += 1) {
    environment.reset(random);
    let before = look();
    for (let step = 0; step < 500 && !environment.terminated; step += 1) {
      const now = look();
      total += environment.step(Float32Array.of(lean(now, before) > 0 ? 1 : 0), 0, random);
      before = now;
    }
  }
  return total / 20;
}

describe('CartPolePositions', () => {
  it('shows position and angle, and nothing of how they change', () => {
    const environment = cartPolePositions.create();
    const row = new Float32Array(2);
    for (const [velocity, angularVelocity] of [
      [0, 0],
      [1, -2],
    ]) {
      environment.setState([0.5, velocity ?? NaN, -0.125, angularVelocity ?? NaN]);
      environment.observe(row, 0);
      expect([...row]).toEqual([0.5, -0.125]);
    }
  });

  it('moves, pays and ends as CartPole-v1 does', () => {
    const random = Random.fromSeed(1);
    const [environment, original] = [cartPolePositions.create(), cartPoleV1.create()];
    environment.reset(Random.fromSeed(2));
    original.reset(Random.fromSeed(2));
    while (!original.terminated) {
      const action = Float32Array.of(random.nextInteger(2));
      expect(environment.step(action, 0, random)).toBe(original.step(action, 0, random));
      expect(environment.getState()).toEqual(original.getState());
    }
    expect(environment.terminated).toBe(true);
    expect(cartPolePositions.maxEpisodeSteps).toBe(500);
    expect(cartPolePositions.rewardThreshold).toBe(475);
  });

  it('is solved with memory of the previous observation, and not without', () => {
    const withMemory = play(
      (now, before) =>
        now.angle +
        15 * (now.angle - before.angle) +
        0.02 * now.position +
        2 * (now.position - before.position),
    );
    expect(withMemory).toBeGreaterThan(475);
    for (const weight of [-2, -0.5, -0.1, 0, 0.1, 0.5, 2]) {
      expect(play(({ angle, position }) => angle + weight * position)).toBeLessThan(100);
      expect(play(({ angle, position }) => weight * position - angle)).toBeLessThan(100);
    }
  });
});
