import { describe, expect, it } from 'vitest';
import { mergeResults, type Results, type RowResult } from '../../../bench/results.ts';

const row = (measure: string, median: number): RowResult => ({
  measure,
  unit: 'steps/s',
  target: 'peer',
  median,
  min: median,
  max: median,
  runs: 1,
});
const table = (measuredAt: string, rows: RowResult[]): Results => ({
  measuredAt,
  machine: { processor: 'test', cores: 2, node: 'v22' },
  runs: 5,
  trainingSeconds: 3,
  rows,
});

describe('merging rows that were measured again', () => {
  const earlier = table('2030-01-01T00:00:00.000Z', [row('gone', 1), row('first', 2), row('last', 3)]);
  const measured = table('2030-02-02T00:00:00.000Z', [row('last', 30), row('new', 40)]);
  const merged = mergeResults(earlier, measured, ['first', 'new', 'last']);

  it('keeps the figures of the others and drops rows there are no more, in the order of the rows', () => {
    expect(merged.rows.map(({ measure, median }) => [measure, median])).toEqual([
      ['first', 2],
      ['new', 40],
      ['last', 30],
    ]);
  });

  it('shows for each row that was measured again when and where', () => {
    const { machine } = measured;
    expect(merged.measuredAt).toBe(earlier.measuredAt);
    expect(merged.rows[0]).toEqual(row('first', 2));
    expect(merged.rows[2]).toEqual({ ...row('last', 30), machine, measuredAt: measured.measuredAt });
  });
});
