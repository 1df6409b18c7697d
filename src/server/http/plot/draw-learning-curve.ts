// The learning curve as an SVG: moving average over steps, greedy evaluations as dots, the threshold as a dashed line.
import type { EvaluationResult } from '../../../shared/job/job.ts';
import type { LearningCurvePoint } from '../../../shared/api/learning-curve.ts';
import { chartColors, drawChart, drawDashedLevel, drawNotice, drawPolyline, plotArea } from './chart.ts';
import { createScale, type Scale } from './scale.ts';
import { circle, group } from './svg.ts';

export interface LearningCurve {
  readonly title: string;
  readonly subtitle: string;
  readonly points: readonly Pick<LearningCurvePoint, 'steps' | 'movingAverage'>[];
  readonly evaluations: readonly Pick<EvaluationResult, 'steps' | 'mean' | 'standardDeviation'>[];
  /** Mean return from which the environment counts as solved. */
  readonly threshold: number | null;
}

interface Point {
  readonly steps: number;
  readonly value: number;
}

/** Draws the curve; where nothing is measured yet, an empty chart that says so. */
export function drawLearningCurve(curve: LearningCurve): string {
  const { title, subtitle, evaluations, threshold } = curve;
  const averages = curve.points.flatMap(({ steps, movingAverage }) =>
    movingAverage === null ? [] : [{ steps, value: movingAverage }],
  );
  const isEmpty = averages.length === 0 && evaluations.length === 0;
  const { x, y } = createScales(averages, curve);
  return drawChart({
    title,
    subtitle,
    x,
    y,
    legend: [
      { label: 'moving average', color: chartColors.average },
      { label: 'greedy evaluation', color: chartColors.evaluation },
      ...(threshold === null ? [] : [{ label: 'solved', color: chartColors.threshold }]),
    ],
    content: [
      threshold === null ? '' : drawDashedLevel(y.place(threshold), chartColors.threshold),
      drawAverage(averages, { x, y }),
      group(
        { fill: chartColors.evaluation, stroke: '#ffffff', 'stroke-width': 1.5 },
        evaluations.map(({ steps, mean }) => circle(x.place(steps), y.place(mean), 4)),
      ),
      isEmpty ? drawNotice('No data yet: the curve begins with the first finished episodes') : '',
    ],
  });
}

function createScales(
  averages: readonly Point[],
  { points, evaluations, threshold }: LearningCurve,
): { x: Scale; y: Scale } {
  const steps = [...points, ...evaluations].map((point) => point.steps);
  const returns = [...averages.map(({ value }) => value), ...evaluations.map(({ mean }) => mean)];
  const limits = [...returns, ...(threshold === null ? [] : [threshold])];
  // Returns that are never negative are easier to compare on an axis that begins at 0.
  const low = Math.min(...limits) >= 0 ? [0] : [];
  return {
    x: createScale(steps.length === 0 ? [0, 100_000] : [0, ...steps], [plotArea.left, plotArea.right], 6),
    y: createScale(limits.length === 0 ? [0, 1] : [...limits, ...low], [plotArea.bottom, plotArea.top], 5),
  };
}

function drawAverage(averages: readonly Point[], { x, y }: { x: Scale; y: Scale }): string {
  const [first] = averages;
  if (!first) return '';
  if (averages.length === 1) {
    return group({ fill: chartColors.average }, [circle(x.place(first.steps), y.place(first.value), 3)]);
  }
  const points = averages.map(({ steps, value }) => [x.place(steps), y.place(value)] as const);
  return drawPolyline(points, { stroke: chartColors.average, 'stroke-width': 2 });
}
