import { describe, expect, it } from 'vitest';
import { explainVariance } from '../../../../src/shared/returns/explain-variance.ts';

/** 1 − Var(R − V) / Var(R) in two passes. */
function define(returns: readonly number[], values: readonly number[]): number {
  const variance = (numbers: readonly number[]): number => {
    const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    return numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length;
  };
  return 1 - variance(returns.map((one, row) => one - (values[row] ?? 0))) / variance(returns);
}

function explain(returns: readonly number[], values: readonly number[]): number {
  // One row more than is asked about.
  const advantages = Float32Array.from([...returns.map((one, row) => one - (values[row] ?? 0)), 1e6]);
  return explainVariance({ advantages, returns: Float32Array.from([...returns, -1e6]) }, returns.length);
}

describe('the explained variance', () => {
  it.each([
    { returns: [1, 2, 3, 4], values: [1, 2, 3, 4], is: 1 },
    { returns: [1, 2, 3, 4], values: [7, 7, 7, 7], is: 0 },
    { returns: [1, 2, 3, 4], values: [4, 3, 2, 1], is: -3 },
    { returns: [100_001, 100_003, 100_002], values: [100_001, 100_002, 100_002], is: 2 / 3 },
  ])('is $is for $values where $returns came', ({ returns, values, is }) => {
    expect(define(returns, values)).toBeCloseTo(is, 5);
    expect(explain(returns, values)).toBeCloseTo(is, 5);
  });

  it('is unknown where all returns are the same', () => {
    expect(explain([3, 3, 3], [1, 2, 3])).toBeNaN();
  });
});
