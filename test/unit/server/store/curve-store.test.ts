import { describe, expect, it } from 'vitest';
import type { LearningCurvePoint } from '../../../../src/shared/api/learning-curve.ts';
import { unknownMeasures } from '../../../../src/shared/measures/measured.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

const point = (steps: number, movingAverage: number | null = null): LearningCurvePoint => ({
  steps,
  episodes: 1,
  updates: 2,
  elapsedSeconds: 0.5,
  stepsPerSecond: 1000,
  movingAverage,
  exponentialMovingAverage: null,
  evaluation: null,
  staleness: 0,
  ...unknownMeasures,
});

describe('CurveStore', () => {
  it('gives points back with strictly rising steps, the last word on a step winning', () => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    for (const [steps, average] of [
      [10, 1],
      [30, 3],
      [20, 2],
      [30, 4],
    ] as const) {
      store.curves.appendMetrics(id, point(steps, average));
    }
    const points = store.curves.listMetrics(id, { sinceStep: -1, maxPoints: 10 });
    expect(points).toEqual([point(10, 1), point(20, 2), point(30, 4)]);
  });

  it.each([
    [100, 10],
    [101, 10],
    [99, 10],
    [11, 10],
    [10, 10],
    [9, 10],
    [1, 10],
    [1000, 2],
    [7, 3],
  ])('thins %i points to at most %i, first and last included', (count, maxPoints) => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    for (let steps = 1; steps <= count; steps += 1) store.curves.appendMetrics(id, point(steps));
    const steps = store.curves.listMetrics(id, { sinceStep: 0, maxPoints }).map((metric) => metric.steps);
    expect(steps.length).toBeLessThanOrEqual(maxPoints);
    expect(steps.length).toBeGreaterThanOrEqual(Math.min(count, Math.floor(maxPoints / 2)));
    expect(steps[0]).toBe(1);
    expect(steps.at(-1)).toBe(count);
  });

  it('continues after a known step', () => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    for (const steps of [10, 20, 30]) store.curves.appendMetrics(id, point(steps));
    const points = store.curves.listMetrics(id, { sinceStep: 10, maxPoints: 10 });
    expect(points.map(({ steps }) => steps)).toEqual([20, 30]);
  });

  it('drops the points beyond the one that a master continues from', () => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    for (const steps of [10, 20, 30]) {
      store.curves.appendMetrics(id, point(steps));
      store.curves.appendEvaluation(id, {
        steps,
        mean: 1,
        standardDeviation: 0,
        min: 1,
        max: 1,
        episodes: 5,
      });
    }
    store.curves.rewind(id, 20);
    expect(store.curves.listMetrics(id, { sinceStep: 0, maxPoints: 10 }).map(({ steps }) => steps)).toEqual([
      10,
    ]);
    expect(store.curves.listEvaluations(id, 10).map(({ steps }) => steps)).toEqual([10, 20]);
  });

  it.each([
    [1, 10, 1],
    [10, 10, 4],
    [11, 10, 4],
    [500, 10, 77],
    [5_000, 500, 4_998],
    [301, 300, 1],
    [300, 3, 300],
  ])(
    'lists the evaluations of a whole job: of %i at most %i, with the best (%i) and both ends',
    (count, most, best) => {
      const store = openTemporaryStore();
      const id = insertJob(store);
      store.transaction(() => {
        for (let steps = 1; steps <= count; steps += 1) {
          // The later of two equal ones is the better one.
          const mean = steps === best ? 9 : steps === best - 1 ? 9 : -steps;
          store.curves.appendEvaluation(id, {
            steps,
            mean,
            standardDeviation: 0,
            min: 1,
            max: 1,
            episodes: 5,
          });
        }
      });
      const steps = store.curves.listEvaluations(id, most).map((evaluation) => evaluation.steps);
      expect(steps).toEqual(steps.toSorted((first, second) => first - second));
      expect(steps).toEqual(expect.arrayContaining([1, best, count]));
      expect(steps.length).toBeLessThanOrEqual(most);
      expect(steps.length).toBeGreaterThanOrEqual(Math.min(count, Math.floor(most / 2)));
      const gaps = steps.slice(1).map((step, index) => step - (steps[index] ?? 0));
      expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(Math.max(1, Math.ceil((count - 1) / (most - 2))));
    },
  );
});

describe('bands of a curve', () => {
  const columns = ['movingAverage', 'entropy'] as const;

  function openCurve(count: number) {
    const store = openTemporaryStore();
    const id = insertJob(store);
    // A spike at 37, and gaps where nothing is known.
    for (let index = 1; index <= count; index += 1)
      store.curves.appendMetrics(id, point(index * 10, index === 37 ? 999 : index % 2 === 0 ? index : null));
    return { store, id };
  }

  it('are the points themselves where there are few', () => {
    const { store, id } = openCurve(4);
    expect(store.curves.listBands(id, { sinceStep: -1, maxPoints: 4, columns })).toEqual({
      pointsPerRow: 1,
      steps: [10, 20, 30, 40],
      episodes: [1, 1, 1, 1],
      elapsedSeconds: [0.5, 0.5, 0.5, 0.5],
      columns: {
        movingAverage: { mean: [null, 2, null, 4], min: [null, 2, null, 4], max: [null, 2, null, 4] },
        entropy: {
          mean: [null, null, null, null],
          min: [null, null, null, null],
          max: [null, null, null, null],
        },
      },
    });
  });

  it('have mean and extremes of as many points each, and lose no spike', () => {
    const { store, id } = openCurve(100);
    const bands = store.curves.listBands(id, { sinceStep: -1, maxPoints: 30, columns });
    expect(bands.pointsPerRow).toBe(4);
    expect(bands.steps).toEqual(Array.from({ length: 25 }, (_, index) => (index + 1) * 40));
    const { mean, min, max } = bands.columns.movingAverage ?? {};
    // Points 37 … 40 are 999, 38, nothing and 40.
    expect([mean?.[9], min?.[9], max?.[9]]).toEqual([(999 + 38 + 40) / 3, 38, 999]);
    expect([mean?.[0], min?.[0], max?.[0]]).toEqual([3, 2, 4]);
  });

  it('are of the part that is asked for', () => {
    const { store, id } = openCurve(100);
    const part = store.curves.listBands(id, { sinceStep: 350, untilStep: 400, maxPoints: 10, columns });
    expect(part.pointsPerRow).toBe(1);
    expect(part.steps).toEqual([360, 370, 380, 390, 400]);
    const none = store.curves.listBands(id, { sinceStep: 5000, maxPoints: 10, columns });
    expect(none.steps).toEqual([]);
  });
});
