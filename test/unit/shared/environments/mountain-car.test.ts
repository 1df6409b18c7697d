import { describe, expect, it } from 'vitest';
import { mountainCar, mountainCarContinuous } from '../../../../src/shared/environments/mountain-car.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const random = Random.fromSeed(1);
/** Where the hills' height, sin 3x, is lowest. */
const valley = -Math.PI / 6;
const variants = [
  { definition: mountainCar, left: 0, idle: 1, right: 2 },
  { definition: mountainCarContinuous, left: -1, idle: 0, right: 1 },
];

describe.each(variants)('$definition.id', ({ definition, left, idle, right }) => {
  /** Position and velocity one step after a state. */
  function move(state: readonly number[], action: number): { position: number; velocity: number } {
    const environment = definition.create();
    environment.setState(state);
    environment.step(Float32Array.of(action), 0, random);
    const [position = NaN, velocity = NaN] = environment.getState();
    return { position, velocity };
  }

  /** Steps until the goal, from rest in the valley, or the limit of steps if it is not reached. */
  function driveToGoal(chooseAction: (velocity: number) => number): number {
    const limit = definition.maxEpisodeSteps ?? NaN;
    const environment = definition.create();
    environment.setState([valley, 0]);
    for (let step = 0; step < limit; step += 1) {
      if (environment.terminated) return step;
      environment.step(Float32Array.of(chooseAction(environment.getState()[1] ?? NaN)), 0, random);
    }
    return limit;
  }

  it('starts at rest, anywhere from -0.6 to -0.4', () => {
    const environment = definition.create();
    const starts = Array.from({ length: 500 }, () => {
      environment.reset(random);
      expect(environment.getState()[1]).toBe(0);
      return environment.getState()[0] ?? NaN;
    });
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(-0.6);
    expect(Math.min(...starts)).toBeLessThan(-0.595);
    expect(Math.max(...starts)).toBeLessThan(-0.4);
    expect(Math.max(...starts)).toBeGreaterThan(-0.405);
  });

  it('stays at rest in the valley, and rolls down from either hill', () => {
    expect(move([valley, 0], idle).velocity).toBeCloseTo(0, 12);
    expect(move([valley + 0.3, 0], idle).velocity).toBeLessThan(0);
    expect(move([valley - 0.3, 0], idle).velocity).toBeGreaterThan(0);
  });

  it('moves the way it is pushed', () => {
    expect(move([valley, 0], right).position).toBeGreaterThan(valley);
    expect(move([valley, 0], left).position).toBeLessThan(valley);
  });

  it('loses its speed at the left wall, and keeps to its top speed and the right end', () => {
    expect(move([-1.19, -0.06], left)).toEqual({ position: -1.2, velocity: 0 });
    expect(move([-0.9, 0.0699], right).velocity).toBe(0.07);
    expect(move([valley, -0.0699], left).velocity).toBe(-0.07);
    expect(move([0.59, 0.06], right).position).toBe(0.6);
  });

  it('cannot climb by pushing right alone, and can by pushing along with its swing', () => {
    expect(driveToGoal(() => right)).toBe(definition.maxEpisodeSteps);
    expect(driveToGoal((velocity) => (velocity < 0 ? left : right))).toBeLessThan(150);
  });

  it('does not end while it rolls back over the goal', () => {
    const environment = definition.create();
    environment.setState([0.59, -0.03]);
    environment.step(Float32Array.of(idle), 0, random);
    expect(environment.getState()[0]).toBeGreaterThan(0.5);
    expect(environment.terminated).toBe(false);
  });
});

describe('MountainCar-v0', () => {
  it('ends at 0.5, not before, and the last step still costs 1', () => {
    const environment = mountainCar.create();
    environment.setState([0.4, 0.05]);
    expect(environment.step(Float32Array.of(1), 0, random)).toBe(-1);
    expect(environment.terminated).toBe(false);
    environment.setState([0.46, 0.05]);
    expect(environment.step(Float32Array.of(1), 0, random)).toBe(-1);
    expect(environment.terminated).toBe(true);
  });
});

describe('MountainCarContinuous-v0', () => {
  it('ends at 0.45, and pays 100 less the effort', () => {
    const environment = mountainCarContinuous.create();
    environment.setState([0.39, 0.05]);
    expect(environment.step(Float32Array.of(-0.5), 0, random)).toBe(-0.025);
    expect(environment.terminated).toBe(false);
    environment.setState([0.42, 0.05]);
    expect(environment.step(Float32Array.of(-0.5), 0, random)).toBe(99.975);
    expect(environment.terminated).toBe(true);
  });

  it('limits the push but not the price of an action beyond its bounds', () => {
    const [environment, limited] = [mountainCarContinuous.create(), mountainCarContinuous.create()];
    environment.setState([valley, 0]);
    limited.setState([valley, 0]);
    expect(environment.step(Float32Array.of(3), 0, random)).toBeCloseTo(-0.9, 12);
    expect(limited.step(Float32Array.of(1), 0, random)).toBeCloseTo(-0.1, 12);
    expect(environment.getState()).toEqual(limited.getState());
  });
});
