import { describe, expect, it } from 'vitest';
import type { NoiseSpec } from '../../../../../src/shared/algorithms/ddpg/ddpg-spec.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { createBoxSpace } from '../../../../../src/shared/spaces/space.ts';
import { createExplorationNoise } from '../../../../../src/worker/algorithms/ddpg/exploration-noise.ts';

function draw(spec: NoiseSpec, actionSpace = createBoxSpace([1], -1, 1), steps = 20_000): number[] {
  const noise = createExplorationNoise({ spec, actionSpace, environments: 1, random: Random.fromSeed(1) });
  const target = new Float32Array(actionSpace.low.length);
  return Array.from({ length: steps }, () => {
    noise.next(0, target, 0);
    return target[0] ?? Number.NaN;
  });
}

function deviate(numbers: readonly number[]): number {
  return Math.sqrt(numbers.reduce((sum, number) => sum + number ** 2, 0) / numbers.length);
}

describe('Gaussian noise', () => {
  it('has its standard deviation, as a share of half the range of a bounded action', () => {
    const spec: NoiseSpec = { type: 'gaussian', standardDeviation: 0.2 };
    expect(deviate(draw(spec)) / 0.2).toBeCloseTo(1, 1);
    expect(deviate(draw(spec, createBoxSpace([1], 0, 10))) / 1).toBeCloseTo(1, 1);
    expect(deviate(draw(spec, createBoxSpace([1], -Infinity, Infinity))) / 0.2).toBeCloseTo(1, 1);
  });
});

describe('Ornstein–Uhlenbeck noise', () => {
  const spec: NoiseSpec = { type: 'ornsteinUhlenbeck', theta: 0.5, sigma: 0.3, timeStep: 0.1 };

  it('takes the step x − theta·x·timeStep + sigma·√timeStep·N', () => {
    const random = Random.fromSeed(1);
    let x = 0;
    for (const actual of draw(spec, createBoxSpace([1], -1, 1), 50)) {
      x += -0.5 * x * 0.1 + 0.3 * Math.sqrt(0.1) * random.nextNormal();
      expect(actual).toBeCloseTo(x, 6);
    }
  });

  it('wanders: each number is near the one before, and their spread is sigma/√(2·theta)', () => {
    const numbers = draw(spec);
    const moves = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
    expect(deviate(numbers) / (0.3 / Math.sqrt(1))).toBeCloseTo(1, 0);
    expect(deviate(moves)).toBeLessThan(deviate(numbers) / 2);
  });

  it('starts again from 0 for the environment whose episode ended, and for no other', () => {
    const quiet: NoiseSpec = { ...spec, theta: 0, sigma: 1 };
    const options = { actionSpace: createBoxSpace([2], -1, 1), environments: 2, random: Random.fromSeed(3) };
    const noise = createExplorationNoise({ ...options, spec: quiet });
    const target = new Float32Array(4);
    const next = (): number[] => {
      noise.next(0, target, 0);
      noise.next(1, target, 2);
      return [...target];
    };
    for (let step = 0; step < 400; step += 1) next();
    const before = next();
    noise.reset(0);
    const after = next();
    // One step is about 0.3; 400 of them have gone much further.
    expect(Math.max(...after.slice(0, 2).map(Math.abs))).toBeLessThan(1.5);
    expect(Math.abs((after[2] ?? 0) - (before[2] ?? 0))).toBeLessThan(1.5);
    expect(Math.max(...after.slice(2).map(Math.abs))).toBeGreaterThan(1.5);
  });
});
