// A curve as rows of text.
import { BrailleCanvas } from '../play/braille-canvas.ts';
import { formatNumber } from '../training/format-metrics.ts';

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

interface CurveSize {
  readonly columns: number;
  readonly rows: number;
}

/** Draws a line through the points, with its lowest and highest value beside it. Without points, the rows are empty. */
export function drawCurve(points: readonly CurvePoint[], { columns, rows }: CurveSize): string[] {
  const values = points.map(({ y }) => y);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const labels = points.length === 0 ? ['', ''] : [formatNumber(high), formatNumber(low)];
  const margin = Math.max(...labels.map(({ length }) => length)) + 1;
  const canvas = new BrailleCanvas(Math.max(1, columns - margin), rows);
  const [width, height] = [2 * Math.max(1, columns - margin) - 1, 4 * rows - 1];
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
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
