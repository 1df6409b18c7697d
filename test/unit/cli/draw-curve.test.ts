import { expect, it } from 'vitest';
import { drawCurve } from '../../../src/cli/jobs/draw-curve.ts';

it('a curve goes from the lower left to the upper right, with its limits beside it', () => {
  const points = Array.from({ length: 50 }, (_, x) => ({ x, y: 10 * x }));
  const lines = drawCurve(points, { columns: 40, rows: 4 });
  expect(lines).toHaveLength(4);
  expect(lines.every((line) => line.length === 40)).toBe(true);
  expect(lines[0]?.startsWith('490 ')).toBe(true);
  expect(lines[3]?.startsWith('  0 ')).toBe(true);
  const isDotted = (line: string | undefined, column: number): boolean =>
    (line?.codePointAt(column) ?? 0) > 0x2800;
  expect([isDotted(lines[3], 4), isDotted(lines[0], 4)]).toEqual([true, false]);
  expect([isDotted(lines[3], 39), isDotted(lines[0], 39)]).toEqual([false, true]);
});

it('one point, a level line, and nothing can be drawn', () => {
  expect(drawCurve([], { columns: 10, rows: 2 })).toHaveLength(2);
  expect(drawCurve([{ x: 1, y: 5 }], { columns: 10, rows: 2 })[0]).toMatch(/^5 /);
  const level = [1, 2, 3].map((x) => ({ x, y: 5 }));
  expect(drawCurve(level, { columns: 10, rows: 2 }).join('')).toMatch(/[\u2801-\u28ff]/);
});
