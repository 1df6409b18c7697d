// Picture of a row's seeds: each a thin line, their median a thick line, the target dashed.
import {
  chartColors,
  drawChart,
  drawDashedLevel,
  drawPath,
  plotArea,
} from '../../src/server/http/plot/chart.ts';
import { createScale } from '../../src/server/http/plot/scale.ts';
import { findMedianCurve, listGridSteps } from './curves.ts';

export interface SeedCurves {
  readonly title: string;
  readonly maxSteps: number;
  /** One per seed, on the grid of `maxSteps`. */
  readonly curves: readonly (readonly (number | null)[])[];
  /** Return to reach; null where the target is something else. */
  readonly target: number | null;
}

const seedColor = '#93c5fd';

export function drawCurves({ title, maxSteps, curves, target }: SeedCurves): string {
  const grid = listGridSteps(maxSteps, curves[0]?.length ?? 0);
  const values = [...curves.flat(), target].filter((value) => value !== null);
  // Returns that are never negative are easier to compare on an axis that begins at 0.
  const low = Math.min(...values, 0) === 0 ? [0] : [];
  const x = createScale([0, maxSteps], [plotArea.left, plotArea.right], 6);
  const y = createScale(
    values.length === 0 ? [0, 1] : [...values, ...low],
    [plotArea.bottom, plotArea.top],
    5,
  );
  const draw = (curve: readonly (number | null)[], stroke: string, strokeWidth: number): string => {
    const points = grid.flatMap((steps, index) => {
      const value = curve[index] ?? null;
      return value === null ? [] : [[x.place(steps), y.place(value)] as const];
    });
    return drawPath(points, { stroke, 'stroke-width': strokeWidth });
  };
  return drawChart({
    title,
    subtitle: `${curves.length} seeds and their median: moving average of 100 training episodes`,
    x,
    y,
    legend: [
      { label: 'one seed', color: seedColor },
      { label: 'median', color: chartColors.average },
      ...(target === null ? [] : [{ label: 'target', color: chartColors.threshold }]),
    ],
    content: [
      target === null ? '' : drawDashedLevel(y.place(target), chartColors.threshold),
      ...curves.map((curve) => draw(curve, seedColor, 1)),
      draw(findMedianCurve(curves), chartColors.average, 2.5),
    ],
  });
}
