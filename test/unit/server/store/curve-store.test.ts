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
