import { describe, expect, it } from 'vitest';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const left = Float32Array.of(0);
const right = Float32Array.of(1);

describe('CartPole', () => {
  it('starts within 0.05 of the upright rest, in every number', () => {
    const random = Random.fromSeed(1);
    const environment = cartPoleV1.create();
    const starts = Array.from({ length: 500 }, () => {
      environment.reset(random);
      return environment.getState();
    });
    for (let index = 0; index < 4; index += 1) {
      const values = starts.map((state) => state[index] ?? NaN);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.05);
      expect(Math.min(...values)).toBeLessThan(-0.045);
      expect(Math.max(...values)).toBeLessThan(0.05);
      expect(Math.max(...values)).toBeGreaterThan(0.045);
    }
  });

  it('mirrors: pushing left from a mirrored state gives the mirrored state', () => {
    const random = Random.fromSeed(1);
    const [environment, mirror] = [cartPoleV1.create(), cartPoleV1.create()];
    environment.setState([0.1, -0.4, 0.05, 0.3]);
    mirror.setState([-0.1, 0.4, -0.05, -0.3]);
    environment.step(right, 0, random);
    mirror.step(left, 0, random);
    expect(mirror.getState()).toEqual(environment.getState().map((value) => -value));
  });

  it.each([
    { what: 'the cart leaves the track', state: [2.39, 1, 0, 0] },
    { what: 'the cart leaves the track on the other side', state: [-2.39, -1, 0, 0] },
    { what: 'the pole leans too far', state: [0, 0, 0.209, 1] },
    { what: 'the pole leans too far to the other side', state: [0, 0, -0.209, -1] },
  ])('ends when $what, and the last step still earns 1', ({ state }) => {
    const environment = cartPoleV1.create();
    environment.setState(state);
    expect(environment.step(right, 0, Random.fromSeed(1))).toBe(1);
    expect(environment.terminated).toBe(true);
  });

  it('stands still and earns nothing when stepped past its end', () => {
    const random = Random.fromSeed(1);
    const environment = cartPoleV1.create();
    environment.setState([2.39, 1, 0, 0]);
    environment.step(right, 0, random);
    const end = environment.getState();
    expect(environment.step(right, 0, random)).toBe(0);
    expect(environment.getState()).toEqual(end);
    expect(environment.terminated).toBe(true);
  });
});
