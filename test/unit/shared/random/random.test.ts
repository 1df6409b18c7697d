import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/shared/random/random.ts';

const mask32 = 0xffff_ffffn;
const rotateLeft = (word: bigint, count: bigint): bigint =>
  ((word << count) | (word >> (32n - count))) & mask32;

/** xoshiro128++ as published (prng.di.unimi.it/xoshiro128plusplus.c), in exact integers. */
function* generatePublished(state: readonly number[]): Generator<number, never> {
  let [s0 = 0n, s1 = 0n, s2 = 0n, s3 = 0n] = state.map(BigInt);
  for (;;) {
    yield Number((rotateLeft((s0 + s3) & mask32, 7n) + s0) & mask32);
    const shifted = (s1 << 9n) & mask32;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11n);
  }
}

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);
const drawUint32 = (random: Random, count: number): number[] => draw(count, () => random.nextUint32());
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('xoshiro128++', () => {
  it('gives the numbers of the reference implementation from state 1, 2, 3, 4', () => {
    expect(drawUint32(Random.fromState([1, 2, 3, 4]), 10)).toEqual([
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011,
      621204420,
    ]);
  });

  it.each([0, 1, 42, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'follows the published algorithm from seed %d',
    (seed) => {
      const random = Random.fromSeed(seed);
      const published = generatePublished(random.getState());
      expect(drawUint32(random, 2000)).toEqual(draw(2000, () => published.next().value));
    },
  );

  it('gives in every release the numbers it gave in the first, so that a seed stays a promise', () => {
    const random = Random.fromSeed(2 ** 40 + 42);
    expect(drawUint32(random.split(3), 4)).toEqual([1903342336, 408430733, 3160970545, 2839232222]);
    expect(drawUint32(random, 4)).toEqual([4138480223, 2945862696, 2720051298, 3508346248]);
  });

  it('gives different streams for seeds that differ in any bit', () => {
    const seeds = [0, ...Array.from({ length: 53 }, (_, bit) => 2 ** bit)];
    expect(new Set(seeds.map((seed) => drawUint32(Random.fromSeed(seed), 2).join())).size).toBe(seeds.length);
  });
});

describe('split', () => {
  it('does not advance its parent', () => {
    const [random, untouched] = [Random.fromSeed(1), Random.fromSeed(1)];
    random.split(0).nextUint32();
    random.split(1);
    expect(drawUint32(random, 100)).toEqual(drawUint32(untouched, 100));
  });

  it('gives the same stream for the same label and different ones for different labels', () => {
    const random = Random.fromSeed(1);
    expect(drawUint32(random.split(5), 100)).toEqual(drawUint32(random.split(5), 100));
    const labels = Array.from({ length: 1000 }, (_, label) => label);
    expect(new Set(labels.map((label) => random.split(label).nextUint32())).size).toBe(labels.length);
  });

  it('gives streams that do not correlate with their parent or each other', () => {
    const count = 20_000;
    const random = Random.fromSeed(1);
    const streams = [
      random.split(0),
      random.split(1),
      random.split(0).split(0),
      Random.fromSeed(2).split(0),
      random,
    ].map((stream) => draw(count, () => stream.nextUniform(-1, 1)));
    for (const [index, stream] of streams.entries()) {
      for (const other of streams.slice(index + 1)) {
        const covariance = mean(stream.map((value, draw) => value * (other[draw] ?? NaN)));
        // Uniform on [−1, 1) has variance 1/3, so the mean product has a standard error of 1 / (3·√n).
        expect(Math.abs(covariance)).toBeLessThan(4 / (3 * Math.sqrt(count)));
      }
    }
  });
});

describe('distributions', () => {
  const count = 200_000;

  it.each([
    { name: 'nextFloat', next: (random: Random) => random.nextFloat() },
    { name: 'nextUniform', next: (random: Random) => (random.nextUniform(-2, 6) + 2) / 8 },
    { name: 'nextInteger', next: (random: Random) => (random.nextInteger(1 << 30) + 0.5) / (1 << 30) },
    {
      name: 'fillUniform',
      next: (random: Random) => {
        const row = new Float32Array(1);
        random.fillUniform(row);
        return row[0] ?? NaN;
      },
    },
  ])('$name is uniform', ({ next }) => {
    const random = Random.fromSeed(11);
    const bins = new Array<number>(16).fill(0);
    for (const value of draw(count, () => next(random))) {
      const bin = Math.floor(value * 16);
      bins[bin] = (bins[bin] ?? NaN) + 1;
    }
    const expected = count / 16;
    const chiSquare = bins.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
    expect(bins).toHaveLength(16);
    // 99.9th percentile of the χ² distribution with 15 degrees of freedom.
    expect(chiSquare).toBeLessThan(37.7);
  });

  it('nextFloat gives float32 numbers', () => {
    const random = Random.fromSeed(1);
    for (const value of draw(1000, () => random.nextFloat())) expect(Math.fround(value)).toBe(value);
  });

  it('nextInteger gives every integer below its bound and no other', () => {
    const random = Random.fromSeed(1);
    expect([...new Set(draw(1000, () => random.nextInteger(5)))].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('nextNormal has the first four moments of a standard normal', () => {
    const random = Random.fromSeed(12);
    const values = draw(count, () => random.nextNormal());
    const moment = (power: number): number => mean(values.map((value) => value ** power));
    // Each bound is 4 standard errors: √(Var(xᵖ) / n), with variances 1, 2, 15 and 96.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    // The two normals of one draw must not depend on each other.
    const pairs = values
      .filter((_, index) => index % 2 === 0)
      .map((value, pair) => value * (values[2 * pair + 1] ?? NaN));
    expect(Math.abs(mean(pairs))).toBeLessThan(4 / Math.sqrt(pairs.length));
  });
});

describe('state', () => {
  it.each([
    { what: 'uniform numbers', normalsBefore: 0 },
    { what: 'a normal held back', normalsBefore: 1 },
    { what: 'both normals of a pair given out', normalsBefore: 2 },
  ])('continues exactly through JSON, with $what', ({ normalsBefore }) => {
    const random = Random.fromSeed(3);
    draw(7, () => random.nextUint32());
    draw(normalsBefore, () => random.nextNormal());
    const state = random.getState();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    const copy = Random.fromState(state);
    expect(draw(5, () => copy.nextNormal())).toEqual(draw(5, () => random.nextNormal()));
    expect(drawUint32(copy, 100)).toEqual(drawUint32(random, 100));
    expect(copy.getState()).toEqual(random.getState());
  });

  it('holds a normal back after an odd number of them only', () => {
    const random = Random.fromSeed(3);
    expect(random.getState()).toHaveLength(4);
    random.nextNormal();
    expect(random.getState()).toHaveLength(5);
    random.nextNormal();
    expect(random.getState()).toHaveLength(4);
  });

  it.each([[[]], [[1, 2, 3]], [[1, 2, 3, 4, 5, 6]]])('refuses %j', (state) => {
    expect(() => Random.fromState(state)).toThrow(RangeError);
  });
});
