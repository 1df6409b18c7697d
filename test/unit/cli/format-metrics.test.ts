import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatProgressLine,
} from '../../../src/cli/training/format-metrics.ts';
import { groupMeasures, unknownMeasures } from '../../../src/shared/measures/measured.ts';

const figures = {
  progress: { steps: 125_000, episodes: 900, updates: 700, fraction: 0.25, elapsedSeconds: 30 },
  reward: { movingAverage: 123.456, exponentialMovingAverage: 110, last: 9, best: null, evaluation: null },
  throughput: { stepsPerSecond: 1_234_567.8, updatesPerSecond: 1 },
  staleness: { mean: 1, max: 2 },
  ...groupMeasures(unknownMeasures),
  refusedGradients: 0,
  staleGradients: 0,
  workerRestarts: 0,
};

describe('the progress line', () => {
  it('shows the average, the best, the steps, the pace and the time left', () => {
    expect(formatProgressLine(figures)).toBe(
      'moving average 123.46 | best - | 125,000 steps | 1,234,568 steps/s | at most 1 min 30 s left',
    );
  });

  it('promises nothing before there is a pace', () => {
    const progress = { ...figures.progress, fraction: 0 };
    expect(formatProgressLine({ ...figures, progress })).not.toContain('left');
  });
});

describe('figures', () => {
  it('are short and the same everywhere', () => {
    expect([null, 500, 0.125, -0.5].map(formatNumber)).toEqual(['-', '500', '0.13', '-0.5']);
    expect(formatCount(1e6)).toBe('1,000,000');
    expect([0.25, 59, 61, 3600, 7380].map(formatDuration)).toEqual([
      '0.3 s',
      '59 s',
      '1 min 1 s',
      '1 h 0 min',
      '2 h 3 min',
    ]);
  });
});
