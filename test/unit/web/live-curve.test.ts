// A growing curve of the dashboard: whatever its length, it stays short and keeps its extremes.
import { describe, expect, it } from 'vitest';
import { LiveCurve } from '../../../web/src/charts/live-curve.ts';
import { exampleFigures } from '../../fixtures/example-figures.ts';
import type { TrainingFigures } from '../../../src/shared/job/job.ts';

const empty = {
  pointsPerRow: 1,
  steps: [],
  episodes: [],
  elapsedSeconds: [],
  columns: { movingAverage: { mean: [], min: [], max: [] } },
};

function report(steps: number, movingAverage: number | null): TrainingFigures {
  const figures = exampleFigures(steps);
  return { ...figures, reward: { ...figures.reward, movingAverage } };
}

describe('a live curve', () => {
  it('has a row for each report, and leaves out what it has already', () => {
    const curve = new LiveCurve(structuredClone(empty));
    for (const steps of [10, 20, 20, 15, 30]) curve.append(report(steps, steps));
    expect(curve.axis.steps).toEqual([10, 20, 30]);
    expect(curve.axis.episodes).toEqual([1, 2, 3]);
    expect(curve.column('movingAverage').mean).toEqual([10, 20, 30]);
  });

  it('stays short, keeps its end and every extreme', () => {
    const curve = new LiveCurve(structuredClone(empty));
    const count = 10_001;
    for (let index = 1; index <= count; index += 1) {
      curve.append(report(index, index === 3_777 ? 1_000 : index === 9_001 ? -1_000 : 0));
    }
    expect(curve.length).toBeLessThanOrEqual(1_200);
    expect(curve.length).toBeGreaterThan(500);
    expect(curve.lastSteps).toBe(count);
    const { mean, min, max } = curve.column('movingAverage');
    expect(Math.max(...max.map(Number))).toBe(1_000);
    expect(Math.min(...min.map(Number))).toBe(-1_000);
    // The rows before the last have 16 points each: the mean of one with a spike is a sixteenth of it.
    expect(Math.max(...mean.map(Number))).toBeCloseTo(62.5, 9);
    expect(curve.axis.steps.slice(0, -1).map((steps) => steps % 16)).toEqual(
      curve.axis.steps.slice(0, -1).map(() => 0),
    );
  });

  it('fills rows as long as those that it was read with', () => {
    const curve = new LiveCurve({
      pointsPerRow: 3,
      steps: [30],
      episodes: [3],
      elapsedSeconds: [1],
      columns: { movingAverage: { mean: [1], min: [0], max: [2] } },
    });
    for (const [steps, average] of [
      [40, 1],
      [50, null],
      [60, 5],
      [70, 9],
    ] as const) {
      curve.append(report(steps, average));
    }
    expect(curve.axis.steps).toEqual([30, 60, 70]);
    expect(curve.column('movingAverage')).toEqual({
      mean: [1, 1 + 4 / 3, 9],
      min: [0, 1, 9],
      max: [2, 5, 9],
    });
  });

  it('converts between its axes by interpolation', () => {
    const curve = new LiveCurve(structuredClone(empty));
    for (const steps of [100, 200]) curve.append(report(steps, 0));
    expect(curve.convert(150, 'steps', 'episodes')).toBe(15);
    expect(curve.convert(1000, 'steps', 'episodes')).toBe(20);
  });
});
