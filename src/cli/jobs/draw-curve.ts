// A curve as rows of text.
import { BrailleCanvas } from '../play/braille-canvas.ts';
import { formatNumber } from '../training/format-metrics.ts';

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** What the picture shows: from the first to the last x, from the lowest to the highest y. */
export interface CurveFrame {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

interface CurveSize {
  readonly columns: number;
  readonly rows: number;
  /** The same for curves that are compared; by default, each curve fills its picture. */
  readonly frame?: CurveFrame | null;
}

/** Draws a line through the points, with the limits of y beside it. Without points, the rows are empty. */
export function drawCurve(points: readonly CurvePoint[], { columns, rows, frame }: CurveSize): string[] {
  const shown = frame ?? findFrame([points]);
  const [first, last] = shown?.x ?? [0, 0];
  const [low, high] = shown?.y ?? [0, 0];
  const labels = shown === null ? ['', ''] : [formatNumber(high), formatNumber(low)];
  const margin = Math.max(...labels.map(({ length }) => length)) + 1;
  const canvas = new BrailleCanvas(Math.max(1, columns - margin), rows);
  const [width, height] = [2 * Math.max(1, columns - margin) - 1, 4 * rows - 1];
  const place = ({ x, y }: CurvePoint): readonly [number, number] => [
    last > first ? ((x - first) / (last - first)) * width : 0,
    high > low ? ((high - y) / (high - low)) * height : height / 2,
  ];
  for (const [index, point] of points.entries()) {
    canvas.drawLine(place(points[index - 1] ?? point), place(point));
  }
  return canvas.toLines().map((line, row) => {
    const label = row === 0 ? labels[0] : row === rows - 1 ? labels[1] : '';
    return `${(label ?? '').padStart(margin - 1)} ${line}`;
  });
}

/** The smallest frame around all curves; null without points. */
export function findFrame(curves: readonly (readonly CurvePoint[])[]): CurveFrame | null {
  const points = curves.flat();
  if (points.length === 0) return null;
  const measure = (values: readonly number[]): readonly [number, number] => [
    values.reduce((least, value) => Math.min(least, value)),
    values.reduce((most, value) => Math.max(most, value)),
  ];
  return { x: measure(points.map(({ x }) => x)), y: measure(points.map(({ y }) => y)) };
}
