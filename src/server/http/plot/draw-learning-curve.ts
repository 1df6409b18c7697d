// Learning curve as an SVG: moving average over steps, greedy evaluations as dots behind it, the goal as a dashed
// line.
import type { EvaluationResult } from '../../../shared/job/job.ts';
import type { LearningCurvePoint } from '../../../shared/api/learning-curve.ts';
import { chartColors, drawChart, drawDashedLevel, drawNotice, drawPath, plotArea } from './chart.ts';
import { createScale, type Scale } from './scale.ts';
import { circle, group } from './svg.ts';

export interface LearningCurve {
  readonly title: string;
  readonly subtitle: string;
  readonly points: readonly Pick<LearningCurvePoint, 'steps' | 'movingAverage'>[];
  readonly evaluations: readonly Pick<EvaluationResult, 'steps' | 'mean' | 'standardDeviation'>[];
  readonly goal: Goal | null;
}

/** A return to reach: the job's own target, or the return at which its environment counts as solved. */
export interface Goal {
  readonly label: 'target' | 'solved';
  readonly value: number;
}

interface Point {
  readonly steps: number;
  readonly value: number;
}

/** Draws the curve. Without measurements, draws an empty chart that says so. */
export function drawLearningCurve(curve: LearningCurve): string {
  const { title, subtitle, evaluations, goal } = curve;
  const averages = curve.points.flatMap(({ steps, movingAverage }) =>
    movingAverage === null ? [] : [{ steps, value: movingAverage }],
  );
  const isEmpty = averages.length === 0 && evaluations.length === 0;
  const { x, y } = createScales(averages, curve);
  const radius = chooseDotRadius(evaluations.length);
  return drawChart({
    title,
    subtitle,
    x,
    y,
    legend: [
      { label: 'moving average', color: chartColors.average },
      { label: 'greedy evaluation', color: chartColors.evaluation },
      ...(goal === null ? [] : [{ label: goal.label, color: chartColors.threshold }]),
    ],
    content: [
      goal === null ? '' : drawDashedLevel(y.place(goal.value), chartColors.threshold),
      group(
        { fill: chartColors.evaluation },
        evaluations.map(({ steps, mean }) => circle(x.place(steps), y.place(mean), radius)),
      ),
      drawAverage(averages, { x, y }),
      isEmpty ? drawNotice('No data yet: the curve starts with the first finished episodes') : '',
    ],
  });
}

function createScales(
  averages: readonly Point[],
  { points, evaluations, goal }: LearningCurve,
): { x: Scale; y: Scale } {
  const steps = [...points, ...evaluations].map((point) => point.steps);
  const returns = [...averages.map(({ value }) => value), ...evaluations.map(({ mean }) => mean)];
  const limits = [...returns, ...(goal === null ? [] : [goal.value])];
  // Returns that are never negative are easier to compare on an axis that begins at 0.
  const low = Math.min(...limits) >= 0 ? [0] : [];
  return {
    x: createScale(steps.length === 0 ? [0, 100_000] : [0, ...steps], [plotArea.left, plotArea.right], 6),
    y: createScale(limits.length === 0 ? [0, 1] : [...limits, ...low], [plotArea.bottom, plotArea.top], 5),
  };
}

/** Hundreds of large dots would overlap. */
function chooseDotRadius(count: number): number {
  const room = (plotArea.right - plotArea.left) / Math.max(1, count);
  return Math.min(4, Math.max(1.5, room));
}

function drawAverage(averages: readonly Point[], { x, y }: { x: Scale; y: Scale }): string {
  const [first] = averages;
  if (!first) return '';
  if (averages.length === 1) {
    return group({ fill: chartColors.average }, [circle(x.place(first.steps), y.place(first.value), 3)]);
  }
  const points = averages.map(({ steps, value }) => [x.place(steps), y.place(value)] as const);
  return drawPath(points, { stroke: chartColors.average, 'stroke-width': 2 });
}
