import { describe, expect, it } from 'vitest';
import { acrobot } from '../../../../src/shared/environments/acrobot.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const random = Random.fromSeed(1);
const backward = 0;
const idle = 1;
const forward = 2;

/** The state one step after a state. */
function move(state: readonly number[], action: number): number[] {
  const environment = acrobot.create();
  environment.setState(state);
  environment.step(Float32Array.of(action), 0, random);
  return environment.getState();
}

/** Kinetic and potential energy of both links, from Lagrange's equations of the double pendulum. */
function measureEnergy([angle1 = NaN, angle2 = NaN, rate1 = NaN, rate2 = NaN]: readonly number[]): number {
  const kinetic =
    0.5 * (3.5 + Math.cos(angle2)) * rate1 ** 2 +
    (1.25 + 0.5 * Math.cos(angle2)) * rate1 * rate2 +
    0.625 * rate2 ** 2;
  return kinetic - 9.8 * 1.5 * Math.cos(angle1) - 9.8 * 0.5 * Math.cos(angle1 + angle2);
}

describe('Acrobot', () => {
  it('starts within 0.1 of hanging at rest, in every number', () => {
    const environment = acrobot.create();
    const starts = Array.from({ length: 500 }, () => {
      environment.reset(random);
      return environment.getState();
    });
    for (let index = 0; index < 4; index += 1) {
      const values = starts.map((state) => state[index] ?? NaN);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.1);
      expect(Math.min(...values)).toBeLessThan(-0.095);
      expect(Math.max(...values)).toBeLessThan(0.1);
      expect(Math.max(...values)).toBeGreaterThan(0.095);
    }
  });

  it('hangs still, and falls back when held out to either side', () => {
    expect(move([0, 0, 0, 0], idle)).toEqual([0, 0, 0, 0]);
    expect(move([0.5, 0, 0, 0], idle)[2]).toBeLessThan(0);
    expect(move([-0.5, 0, 0, 0], idle)[2]).toBeGreaterThan(0);
  });

  it('keeps its energy without torque, however wildly it swings', () => {
    const environment = acrobot.create();
    for (const state of [
      [1, 0.5, 0, 0],
      [0.5, -1, 1, -1.5],
    ]) {
      environment.setState(state);
      const before = measureEnergy(state);
      for (let step = 0; step < 20; step += 1) {
        environment.step(Float32Array.of(idle), 0, random);
        expect(environment.terminated).toBe(false);
        expect(Math.abs(measureEnergy(environment.getState()) - before)).toBeLessThan(0.2);
      }
    }
  });

  it('gains the energy that the torque puts into the elbow, or loses it', () => {
    const swinging = [0.3, 0.2, 0.5, 1];
    for (const { action, torque } of [
      { action: forward, torque: 1 },
      { action: backward, torque: -1 },
    ]) {
      const next = move(swinging, action);
      const work = torque * ((next[1] ?? NaN) - 0.2);
      expect(Math.abs(work)).toBeGreaterThan(0.1);
      expect(measureEnergy(next) - measureEnergy(swinging)).toBeCloseTo(work, 2);
    }
  });

  it('bends the elbow the way of the torque, and the shoulder recoils', () => {
    const [, lowerAngle, upperVelocity, lowerVelocity] = move([0, 0, 0, 0], forward);
    expect(lowerAngle).toBeGreaterThan(0);
    expect(lowerVelocity).toBeGreaterThan(0);
    expect(upperVelocity).toBeLessThan(0);
    expect(move([0, 0, 0, 0], backward)[3]).toBeLessThan(0);
  });

  it('keeps angles within a turn and rates within their limits', () => {
    const [upperAngle, , upperVelocity] = move([3, 0, 12, 0], idle);
    expect(upperAngle).toBeLessThan(0);
    expect(Math.abs(upperVelocity ?? NaN)).toBeLessThanOrEqual(4 * Math.PI);
    expect(move([0, 0, 0, 28.2], forward)[3]).toBeLessThanOrEqual(9 * Math.PI);
    expect(move([0.1, 0.1, 20, 0], idle)[2]).toBe(4 * Math.PI);
  });

  it('ends, at no cost, when the tip is a link above the shoulder', () => {
    const environment = acrobot.create();
    environment.setState([Math.PI - 0.3, 0, 0, 0]);
    expect(environment.step(Float32Array.of(idle), 0, random)).toBe(0);
    expect(environment.terminated).toBe(true);
    environment.setState([2.2, 0.9, 0, 0]);
    expect(environment.step(Float32Array.of(idle), 0, random)).toBe(0);
    for (const state of [
      [Math.PI / 2, 0, 0, 0],
      [2.2, -0.9, 0, 0],
    ]) {
      environment.setState(state);
      expect(environment.step(Float32Array.of(idle), 0, random)).toBe(-1);
      expect(environment.terminated).toBe(false);
    }
  });

  it('is swung up by torque along with the elbow’s swing', () => {
    const environment = acrobot.create();
    environment.setState([0.05, 0, 0, 0]);
    let steps = 0;
    while (!environment.terminated && steps < 500) {
      const lowerVelocity = environment.getState()[3] ?? NaN;
      environment.step(Float32Array.of(lowerVelocity < 0 ? backward : forward), 0, random);
      steps += 1;
    }
    expect(steps).toBeLessThan(200);
  });
});
