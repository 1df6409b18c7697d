// The learning curve as an SVG: moving average over steps, greedy evaluations as dots, the threshold as a dashed line.
import type { EvaluationResult } from '../../../shared/job/job.ts';
import type { LearningCurvePoint } from '../../../shared/api/learning-curve.ts';
import { createScale, formatTick, type Scale } from './scale.ts';
import { circle, element, group, line, text } from './svg.ts';

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

const width = 760;
const height = 400;
const plot = { left: 68, right: width - 24, top: 76, bottom: height - 52 } as const;
const colors = {
  ink: '#1f2937',
  muted: '#6b7280',
  grid: '#e5e7eb',
  axis: '#9ca3af',
  average: '#2563eb',
  evaluation: '#ea580c',
  threshold: '#16a34a',
} as const;

/** Draws the curve; where nothing is measured yet, an empty chart that says so. */
export function drawLearningCurve(curve: LearningCurve): string {
  const averages = curve.points.flatMap(({ steps, movingAverage }) =>
    movingAverage === null ? [] : [{ steps, value: movingAverage }],
  );
  const isEmpty = averages.length === 0 && curve.evaluations.length === 0;
  const { x, y } = createScales(averages, curve);
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'font-family': 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif',
      'font-size': 12,
    },
    [
      element('title', {}, [text(`${curve.title}: return over steps`)]),
      element('rect', { width, height, rx: 8, fill: '#ffffff' }),
      drawHeading(curve),
      drawAxes(x, y),
      curve.threshold === null ? '' : drawThreshold(curve.threshold, y),
      drawAverage(averages, { x, y }),
      group(
        { fill: colors.evaluation, stroke: '#ffffff', 'stroke-width': 1.5 },
        curve.evaluations.map(({ steps, mean }) => circle(x.place(steps), y.place(mean), 4)),
      ),
      drawLegend(curve.threshold !== null),
      isEmpty ? drawNotice('No data yet: the curve begins with the first finished episodes') : '',
    ],
  );
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
    x: createScale(steps.length === 0 ? [0, 100_000] : [0, ...steps], [plot.left, plot.right], 6),
    y: createScale(limits.length === 0 ? [0, 1] : [...limits, ...low], [plot.bottom, plot.top], 5),
  };
}

function drawHeading({ title, subtitle }: LearningCurve): string {
  const shorten = (label: string, length: number): string =>
    label.length > length ? `${label.slice(0, length - 1)}…` : label;
  return group({}, [
    element('text', { x: 24, y: 30, 'font-size': 16, 'font-weight': 600, fill: colors.ink }, [
      text(shorten(title, 80)),
    ]),
    element('text', { x: 24, y: 49, fill: colors.muted }, [text(shorten(subtitle, 110))]),
  ]);
}

function drawAxes(x: Scale, y: Scale): string {
  const rows = y.ticks.flatMap((tick) => [
    line([plot.left, y.place(tick)], [plot.right, y.place(tick)], { stroke: colors.grid }),
    element('text', { x: plot.left - 9, y: y.place(tick) + 4, 'text-anchor': 'end' }, [
      text(formatTick(tick)),
    ]),
  ]);
  const columns = x.ticks.flatMap((tick) => [
    line([x.place(tick), plot.bottom], [x.place(tick), plot.bottom + 5], { stroke: colors.axis }),
    element('text', { x: x.place(tick), y: plot.bottom + 19, 'text-anchor': 'middle' }, [
      text(formatTick(tick)),
    ]),
  ]);
  const middle = (plot.top + plot.bottom) / 2;
  return group({ fill: colors.muted }, [
    ...rows,
    ...columns,
    line([plot.left, plot.bottom], [plot.right, plot.bottom], { stroke: colors.axis }),
    element('text', { x: (plot.left + plot.right) / 2, y: height - 14, 'text-anchor': 'middle' }, [
      text('environment steps'),
    ]),
    element('text', { x: 18, y: middle, 'text-anchor': 'middle', transform: `rotate(-90 18 ${middle})` }, [
      text('return'),
    ]),
  ]);
}

function drawThreshold(threshold: number, y: Scale): string {
  const level = y.place(threshold);
  return line([plot.left, level], [plot.right, level], {
    stroke: colors.threshold,
    'stroke-width': 1.5,
    'stroke-dasharray': '6 4',
  });
}

function drawAverage(averages: readonly Point[], { x, y }: { x: Scale; y: Scale }): string {
  const [first] = averages;
  if (!first) return '';
  const place = ({ steps, value }: Point): string =>
    `${x.place(steps).toFixed(1)},${y.place(value).toFixed(1)}`;
  if (averages.length === 1) {
    return group({ fill: colors.average }, [circle(x.place(first.steps), y.place(first.value), 3)]);
  }
  return element('polyline', {
    points: averages.map(place).join(' '),
    fill: 'none',
    stroke: colors.average,
    'stroke-width': 2,
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  });
}

function drawLegend(hasThreshold: boolean): string {
  const entries = [
    { label: 'moving average', color: colors.average },
    { label: 'greedy evaluation', color: colors.evaluation },
    ...(hasThreshold ? [{ label: 'solved', color: colors.threshold }] : []),
  ];
  const entryWidth = 128;
  const left = plot.right - entries.length * entryWidth + 28;
  return group(
    { fill: colors.muted },
    entries.flatMap(({ label, color }, index) => {
      const start = left + index * entryWidth;
      return [
        group({ fill: color }, [circle(start, plot.top - 12, 4)]),
        element('text', { x: start + 9, y: plot.top - 8 }, [text(label)]),
      ];
    }),
  );
}

function drawNotice(message: string): string {
  const position = { x: (plot.left + plot.right) / 2, y: (plot.top + plot.bottom) / 2 };
  return element('text', { ...position, 'text-anchor': 'middle', 'font-size': 14, fill: colors.muted }, [
    text(message),
  ]);
}
