// Chart of returns over steps: frame, axes, colours and legend.
import { line } from 'd3-shape';
import { formatTick, type Scale } from './scale.ts';
import { circle, drawLine, element, group, text } from './svg.ts';

const width = 760;
const height = 400;

/** Area of the data, in pixels. */
export const plotArea = { left: 68, right: width - 24, top: 76, bottom: height - 52 } as const;

export const chartColors = {
  ink: '#1f2937',
  muted: '#6b7280',
  grid: '#e5e7eb',
  axis: '#9ca3af',
  average: '#2563eb',
  evaluation: '#ea580c',
  threshold: '#16a34a',
} as const;

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
}

export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly legend: readonly LegendEntry[];
  /** Markup between the axes and the legend. */
  readonly content: readonly string[];
}

/** Draws a chart as a complete SVG document. */
export function drawChart({ title, subtitle, x, y, legend, content }: Chart): string {
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
      element('title', {}, [text(`${title}: return over steps`)]),
      element('rect', { width, height, rx: 8, fill: '#ffffff' }),
      drawHeading(title, subtitle),
      drawAxes(x, y),
      ...content,
      drawLegend(legend),
    ],
  );
}

/** Draws a dashed line across the plot at a height in pixels. */
export function drawDashedLevel(level: number, stroke: string): string {
  return drawLine([plotArea.left, level], [plotArea.right, level], {
    stroke,
    'stroke-width': 1.5,
    'stroke-dasharray': '6 4',
  });
}

const describePath = line<readonly [x: number, y: number]>(
  ([x]) => x,
  ([, y]) => y,
).digits(1);

/** Draws a line through points in pixels. */
export function drawPath(
  points: readonly (readonly [x: number, y: number])[],
  attributes: Readonly<Record<string, string | number>>,
): string {
  return element('path', {
    d: describePath(points) ?? '',
    fill: 'none',
    ...attributes,
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  });
}

/** Draws a text in the middle of the plot. */
export function drawNotice(message: string): string {
  const position = { x: (plotArea.left + plotArea.right) / 2, y: (plotArea.top + plotArea.bottom) / 2 };
  const style = { 'text-anchor': 'middle', 'font-size': 14, fill: chartColors.muted };
  return element('text', { ...position, ...style }, [text(message)]);
}

function drawHeading(title: string, subtitle: string): string {
  const shorten = (label: string, length: number): string =>
    label.length > length ? `${label.slice(0, length - 1)}…` : label;
  return group({}, [
    element('text', { x: 24, y: 30, 'font-size': 16, 'font-weight': 600, fill: chartColors.ink }, [
      text(shorten(title, 80)),
    ]),
    element('text', { x: 24, y: 49, fill: chartColors.muted }, [text(shorten(subtitle, 110))]),
  ]);
}

function drawAxes(x: Scale, y: Scale): string {
  const rows = y.ticks.flatMap((tick) => [
    drawLine([plotArea.left, y.place(tick)], [plotArea.right, y.place(tick)], { stroke: chartColors.grid }),
    element('text', { x: plotArea.left - 9, y: y.place(tick) + 4, 'text-anchor': 'end' }, [
      text(formatTick(tick)),
    ]),
  ]);
  const columns = x.ticks.flatMap((tick) => [
    drawLine([x.place(tick), plotArea.bottom], [x.place(tick), plotArea.bottom + 5], {
      stroke: chartColors.axis,
    }),
    element('text', { x: x.place(tick), y: plotArea.bottom + 19, 'text-anchor': 'middle' }, [
      text(formatTick(tick)),
    ]),
  ]);
  const middle = (plotArea.top + plotArea.bottom) / 2;
  return group({ fill: chartColors.muted }, [
    ...rows,
    ...columns,
    drawLine([plotArea.left, plotArea.bottom], [plotArea.right, plotArea.bottom], {
      stroke: chartColors.axis,
    }),
    element('text', { x: (plotArea.left + plotArea.right) / 2, y: height - 14, 'text-anchor': 'middle' }, [
      text('environment steps'),
    ]),
    element('text', { x: 18, y: middle, 'text-anchor': 'middle', transform: `rotate(-90 18 ${middle})` }, [
      text('return'),
    ]),
  ]);
}

function drawLegend(entries: readonly LegendEntry[]): string {
  const entryWidth = 140;
  const left = plotArea.right - entries.length * entryWidth + 28;
  return group(
    { fill: chartColors.muted },
    entries.flatMap(({ label, color }, index) => {
      const start = left + index * entryWidth;
      return [
        group({ fill: color }, [circle(start, plotArea.top - 12, 4)]),
        element('text', { x: start + 9, y: plotArea.top - 8 }, [text(label)]),
      ];
    }),
  );
}
