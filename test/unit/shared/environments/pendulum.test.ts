import { describe, expect, it } from 'vitest';
import { pendulum } from '../../../../src/shared/environments/pendulum.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const random = Random.fromSeed(1);

/** Reward, angle and angular velocity of one step from a state. */
function move(state: readonly number[], torque: number) {
  const environment = pendulum.create();
  environment.setState(state);
  const reward = environment.step(Float32Array.of(torque), 0, random);
  const [angle = NaN, velocity = NaN] = environment.getState();
  return { reward, angle, velocity };
}

/** Kinetic and potential energy of a rod of mass 1 and length 1 under gravity 10. */
function measureEnergy([angle = NaN, velocity = NaN]: readonly number[]): number {
  return velocity ** 2 / 6 + 5 * Math.cos(angle);
}

describe('Pendulum', () => {
  it('starts at any angle, with up to one radian per second either way', () => {
    const environment = pendulum.create();
    const starts = Array.from({ length: 1000 }, () => {
      environment.reset(random);
      return environment.getState();
    });
    for (const [index, limit] of [Math.PI, 1].entries()) {
      const values = starts.map((state) => state[index] ?? NaN);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-limit);
      expect(Math.min(...values)).toBeLessThan(-0.98 * limit);
      expect(Math.max(...values)).toBeLessThan(limit);
      expect(Math.max(...values)).toBeGreaterThan(0.98 * limit);
    }
  });

  it('falls away from upright, and hangs still', () => {
    expect(move([0.1, 0], 0).velocity).toBeGreaterThan(0);
    expect(move([-0.1, 0], 0).velocity).toBeLessThan(0);
    expect(move([Math.PI, 0], 0).velocity).toBeCloseTo(0, 12);
  });

  it('turns the way of the torque, which cannot hold it level', () => {
    expect(move([0, 0], 1).angle).toBeGreaterThan(0);
    expect(move([0, 0], -1).angle).toBeLessThan(0);
    expect(move([Math.PI / 2, 0], -2).velocity).toBeGreaterThan(0);
  });

  it('keeps its energy without torque', () => {
    const environment = pendulum.create();
    environment.setState([2, 0]);
    const before = measureEnergy(environment.getState());
    for (let step = 0; step < 200; step += 1) {
      environment.step(Float32Array.of(0), 0, random);
      expect(Math.abs(measureEnergy(environment.getState()) - before)).toBeLessThan(0.7);
    }
  });

  it('pays for the state before the step, wherever the step leads', () => {
    expect(move([0, 0], 0).reward).toBeCloseTo(0, 12);
    expect(move([Math.PI, 0], 0).reward).toBeCloseTo(-(Math.PI ** 2), 9);
    expect(move([0.5, 2], 1).reward).toBeCloseTo(-(0.25 + 0.4 + 0.001), 9);
  });

  it('takes whole turns for none', () => {
    for (const angle of [1, -1, 3, -3]) {
      for (const turns of [-2, -1, 1, 2]) {
        const { reward } = move([angle + turns * 2 * Math.PI, 0], 0);
        expect(reward).toBeCloseTo(-(angle ** 2), 9);
      }
    }
  });

  it('limits the torque, its price and the speed', () => {
    expect(move([1, 0], 30)).toEqual(move([1, 0], 2));
    expect(move([1, 0], -30)).toEqual(move([1, 0], -2));
    expect(move([Math.PI / 2, 7.9], 2).velocity).toBe(8);
    expect(move([-Math.PI / 2, -7.9], -2).velocity).toBe(-8);
  });
});
