import { describe, expect, it } from 'vitest';
import { isReached, renderReport } from '../../../../bench/learning/report.ts';
import { createUnlistedRow, learningRows, type Target } from '../../../../bench/learning/rows.ts';

const seed = {
  seed: 1,
  stepsToTarget: 2000,
  bestMean: 100,
  lastMean: 50,
  distribution: null,
  seconds: 1,
  curve: [],
};

describe('whether a seed reached its target', () => {
  it.each([
    [{ type: 'greedyMean', atLeast: 100, parameters: 'best' }, null, true],
    [{ type: 'greedyMean', atLeast: 100.1, parameters: 'best' }, null, false],
    [{ type: 'greedyMean', atLeast: 51, parameters: 'last' }, null, false],
    [normal(), { mean: 4.09, standardDeviation: 0.29 }, true],
    [normal(), { mean: 4.09, standardDeviation: 0.3 }, false],
    [normal(), { mean: 3.89, standardDeviation: 0.1 }, false],
    [normal(), null, false],
  ] as const)('compares with %o', (target, distribution, expected) => {
    expect(isReached(target, { ...seed, distribution })).toBe(expected);
  });
});

function normal(): Target {
  return { type: 'normalDistribution', mean: 4, tolerance: 0.1, standardDeviationBelow: 0.3 };
}

describe('the page of results', () => {
  const result = {
    name: 'x',
    measuredAt: '2030-01-01',
    machine: 'two cores',
    settings: { stop: { maxSteps: 5000 } },
    seeds: [seed],
  };

  it('shows which rows were measured and which were not', () => {
    const rows = learningRows.map((row, index) => ({
      row,
      result: index === 0 ? result : null,
      remark: index === 1 ? 'no preset yet' : null,
    }));
    const page = renderReport(rows);
    expect(page).toContain('## CartPole-v1, a3c, 5,000 steps');
    expect(page).toContain('| 1 | 2,000 | 100.0 | 50.0 | 1.00 | no |');
    expect(page).toContain('no preset yet');
    expect(page.match(/not measured/g)?.length).toBe(learningRows.length - 2);
  });

  it('has no target where the environment has no threshold', () => {
    const page = renderReport([{ row: createUnlistedRow('Test-v0', 'a3c', null), result, remark: null }]);
    expect(page).toContain('Target: none');
    expect(page).not.toContain('Infinity');
  });
});

describe('the rows', () => {
  it('have names of their own', () => {
    expect(new Set(learningRows.map(({ name }) => name)).size).toBe(learningRows.length);
  });
});
