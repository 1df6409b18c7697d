import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/shared/random/random.ts';
import {
  CONTINUES,
  estimateAdvantages,
  INTERRUPTED,
  TERMINATED,
  TRUNCATED,
} from '../../../../src/shared/returns/generalized-advantage.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';

interface Episode {
  readonly rewards: readonly number[];
  readonly ends?: readonly number[];
  /** V of each step, then of the observation after the last, then of final observations. */
  readonly values: readonly number[];
  readonly finalRows?: readonly number[];
  readonly environments?: number;
}

function estimate(
  { rewards, ends = [], values, finalRows = [], environments = 1 }: Episode,
  { discount, gaeLambda }: { discount: number; gaeLambda: number },
) {
  const rows = rewards.length;
  const padded = (numbers: readonly number[]): number[] =>
    Array.from({ length: rows }, (_, row) => numbers[row] ?? 0);
  return estimateAdvantages(
    {
      steps: rows / environments,
      environments,
      rewards: Float32Array.from(rewards),
      ends: Uint8Array.from(padded(ends)),
      values: Float32Array.from(values),
      finalRows: Int32Array.from(padded(finalRows)),
    },
    { discount, gaeLambda },
    { advantages: new Float32Array(rows), returns: new Float32Array(rows) },
  );
}

const tolerance = 1e-6;

describe('a rollout within one episode', () => {
  it('has the advantages worked out by hand', () => {
    const { advantages, returns } = estimate(
      { rewards: [1, 0, 2], values: [0.5, 1, -1, 4] },
      { discount: 0.5, gaeLambda: 0.5 },
    );
    // δ = 1 + 0.5·1 − 0.5, 0 − 0.5·1 − 1, 2 + 0.5·4 + 1
    expect([...advantages]).toEqual([1 - 1.5 / 4 + 5 / 16, -1.5 + 5 / 4, 5]);
    expect([...returns]).toEqual([1.4375, 0.75, 4]);
  });

  it('has n-step returns at λ = 1, whatever the values in between', () => {
    const { returns } = estimate(
      { rewards: [1, 2, 3], values: [7, -8, 9, 10] },
      { discount: 0.9, gaeLambda: 1 },
    );
    const last = 3 + 0.9 * 10;
    const middle = 2 + 0.9 * last;
    expect(measureRelativeError(returns, [1 + 0.9 * middle, middle, last])).toBeLessThan(tolerance);
  });

  it('has one-step temporal differences at λ = 0', () => {
    const { advantages } = estimate(
      { rewards: [1, 2, 3], values: [1, 2, 3, 4] },
      { discount: 0.5, gaeLambda: 0 },
    );
    expect([...advantages]).toEqual([1 + 1 - 1, 2 + 1.5 - 2, 3 + 2 - 3]);
  });

  it('has geometric advantages for a constant value and one reward at the end', () => {
    const { advantages } = estimate(
      { rewards: [0, 0, 0, 1], ends: [0, 0, 0, TERMINATED], values: [0, 0, 0, 0, 5] },
      { discount: 0.9, gaeLambda: 0.8 },
    );
    const decay = 0.9 * 0.8;
    expect(measureRelativeError(advantages, [decay ** 3, decay ** 2, decay, 1])).toBeLessThan(tolerance);
  });

  it('has no advantages where the values already are the returns', () => {
    const values = [3, 2, 1, 0].map((stepsLeft) => (1 - 0.9 ** (stepsLeft + 1)) / 0.1);
    const { advantages } = estimate(
      { rewards: [1, 1, 1, 1], ends: [0, 0, 0, TERMINATED], values: [...values, 99] },
      { discount: 0.9, gaeLambda: 0.7 },
    );
    expect(Math.max(...advantages.map(Math.abs))).toBeLessThan(1e-6);
  });
});

describe('the end of an episode', () => {
  const options = { discount: 0.5, gaeLambda: 1 };

  it('bootstraps 0 when it terminated, at the last step and before', () => {
    const { returns } = estimate(
      { rewards: [1, 2, 3], ends: [CONTINUES, TERMINATED, TERMINATED], values: [0, 0, 0, 100] },
      options,
    );
    expect([...returns]).toEqual([2, 2, 3]);
  });

  it('bootstraps V of the final observation when it was truncated', () => {
    const { returns } = estimate(
      {
        rewards: [1, 2, 3],
        ends: [CONTINUES, TRUNCATED, TRUNCATED],
        values: [0, 0, 50, 100, 8, 10],
        finalRows: [0, 4, 5],
      },
      options,
    );
    expect([...returns]).toEqual([1 + 3, 2 + 4, 3 + 5]);
  });

  it('cuts off what comes after', () => {
    const before = { rewards: [1, 2], ends: [CONTINUES, TERMINATED] };
    const first = estimate(
      { rewards: [...before.rewards, 3], ends: before.ends, values: [1, 2, 3, 4] },
      options,
    );
    const other = estimate(
      { rewards: [...before.rewards, -30], ends: before.ends, values: [1, 2, -3, 40] },
      options,
    );
    expect([...first.advantages.slice(0, 2)]).toEqual([...other.advantages.slice(0, 2)]);
    expect(first.advantages[2]).not.toBe(other.advantages[2]);
  });
});

describe('environments in lockstep', () => {
  it('have the advantages each has alone', () => {
    const random = Random.fromSeed(1);
    const steps = 9;
    const environments = 4;
    const rows = steps * environments;
    const rewards = Array.from({ length: rows }, () => random.nextNormal());
    const ends = Array.from({ length: rows }, () => random.nextInteger(3));
    let nextFinalRow = rows + environments;
    const finalRows = ends.map((end) => (end === TRUNCATED ? nextFinalRow++ : 0));
    const values = Array.from({ length: nextFinalRow }, () => random.nextNormal());
    const options = { discount: 0.97, gaeLambda: 0.9 };
    const together = estimate({ rewards, ends, values, finalRows, environments }, options);

    for (let environment = 0; environment < environments; environment += 1) {
      const own = <Item>(items: readonly Item[]): Item[] =>
        items.slice(0, rows + environments).filter((_, row) => row % environments === environment);
      const ownFinalRows = own(finalRows.slice(0, rows));
      const finals = ownFinalRows.map((row) => values[row] ?? 0);
      const alone = estimate(
        {
          rewards: own(rewards),
          ends: own(ends),
          values: [...own(values), ...finals],
          finalRows: finals.map((_, step) => steps + 1 + step),
        },
        options,
      );
      expect(own([...together.advantages])).toEqual([...alone.advantages]);
      expect(own([...together.returns])).toEqual([...alone.returns]);
    }
  });
});

describe('a step that was not taken', () => {
  it('teaches nothing, and the step before it bootstraps from its row', () => {
    const settings = { discount: 0.5, gaeLambda: 0.5 };
    const { advantages, returns } = estimate(
      { rewards: [1, 7, 3], ends: [CONTINUES, INTERRUPTED, TERMINATED], values: [0.5, 2, 4, 9] },
      settings,
    );
    // δ = 1 + 0.5·2 − 0.5; nothing; 3 − 4
    expect([...advantages]).toEqual([1.5, 0, -1]);
    expect(returns[1]).toBe(2);
  });
});
