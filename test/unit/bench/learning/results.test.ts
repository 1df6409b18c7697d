import { describe, expect, it } from 'vitest';
import { mergeRow, type RowResult, type SeedResult } from '../../../../bench/learning/results.ts';

const seedResult = (seed: number, bestMean: number): SeedResult => ({
  seed,
  stepsToTarget: null,
  bestMean,
  lastMean: bestMean,
  distribution: null,
  seconds: 1,
  curve: [],
});
const rowResult = (name: string, settings: object, seeds: SeedResult[]): RowResult => ({
  name,
  measuredAt: '2030-01-01',
  machine: 'test',
  settings: { ...settings },
  seeds,
});

describe('merging a measured row', () => {
  const other = rowResult('other', {}, [seedResult(1, 9)]);
  const earlier = rowResult('row', { discount: 0.9 }, [
    seedResult(1, 10),
    seedResult(2, 20),
    seedResult(3, 30),
  ]);

  it('replaces the seeds that were measured again and keeps the rest, other rows too', () => {
    const measured = rowResult('row', { discount: 0.9 }, [seedResult(2, 21), seedResult(4, 41)]);
    const { rows } = mergeRow({ rows: [earlier, other] }, measured);
    expect(rows).toContain(other);
    const seeds = rows.find(({ name }) => name === 'row')?.seeds ?? [];
    expect(seeds.map(({ seed, bestMean }) => [seed, bestMean])).toEqual([
      [1, 10],
      [2, 21],
      [3, 30],
      [4, 41],
    ]);
  });

  it('names every machine and load that seeds of a row were measured with, once', () => {
    const measure = (rows: readonly RowResult[], seed: number, machine: string): RowResult[] => {
      const measured = { ...rowResult('row', { discount: 0.9 }, [seedResult(seed, 1)]), machine };
      return mergeRow({ rows: [...rows] }, measured).rows;
    };
    const rows = measure(
      measure(measure([], 1, 'big, 1 at a time'), 2, 'big, 2 at a time'),
      3,
      'big, 1 at a time',
    );
    expect(rows.map(({ machine }) => machine)).toEqual(['big, 1 at a time; big, 2 at a time']);
    expect(
      measure(
        rows.map((row) => ({ ...row, settings: {} })),
        3,
        'small',
      )[0]?.machine,
    ).toBe('small');
  });

  it('drops seeds that were measured with other settings', () => {
    const measured = rowResult('row', { discount: 0.99 }, [seedResult(2, 21)]);
    const { rows } = mergeRow({ rows: [earlier, other] }, measured);
    expect(rows).toEqual([other, measured]);
  });
});
