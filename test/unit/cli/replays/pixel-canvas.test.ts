// Pixels of shapes: how much of each is covered, and by what.
import { describe, expect, it } from 'vitest';
import { drawLetters } from '../../../../src/cli/replays/gif/letters.ts';
import { PixelCanvas, type Polygon } from '../../../../src/cli/replays/gif/pixel-canvas.ts';
import { PixelContext } from '../../../../src/cli/replays/gif/pixel-context.ts';
import { drawScene } from '../../../../src/shared/environments/draw-scene.ts';
import type { SceneShape } from '../../../../src/shared/environments/scene.ts';

const opaque = { color: [200, 200, 200], alpha: 1 } as const;

function square(left: number, top: number, size: number): Polygon {
  return [
    [left, top],
    [left + size, top],
    [left + size, top + size],
    [left, top + size],
  ];
}

/** Red of each pixel, row by row. */
function readRows({ width, height, pixels }: PixelCanvas): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => pixels[(y * width + x) * 3] ?? NaN),
  );
}

describe('a polygon', () => {
  it('covers whole pixels, and parts of those at its edges', () => {
    const canvas = new PixelCanvas(4, 3);
    canvas.fillPolygons([square(0.5, 0.5, 2)], opaque);
    expect(readRows(canvas)).toEqual([
      [50, 100, 50, 0],
      [100, 200, 100, 0],
      [50, 100, 50, 0],
    ]);
  });

  it('is painted once where several overlap, and where it crosses itself', () => {
    const canvas = new PixelCanvas(4, 2);
    canvas.fillPolygons([square(0, 0, 2), square(1, 0, 2)], { ...opaque, alpha: 0.5 });
    expect(readRows(canvas)[0]).toEqual([100, 100, 100, 0]);
    const twice = new PixelCanvas(2, 2);
    twice.fillPolygons([[...square(0, 0, 2), ...square(0, 0, 2)]], opaque);
    expect(readRows(twice)).toEqual([
      [200, 200],
      [200, 200],
    ]);
  });

  it('may reach out of the canvas, as far as numbers go, and have any number of corners', () => {
    const canvas = new PixelCanvas(2, 2);
    const farthest = Number.MAX_VALUE;
    canvas.fillPolygons(
      [
        [
          [-farthest, -farthest],
          [farthest, -farthest],
          [farthest, farthest],
        ],
      ],
      opaque,
    );
    expect(readRows(canvas)).toEqual([
      [100, 200],
      [0, 100],
    ]);
    const round = Array.from({ length: 200_000 }, (_, index) => {
      const angle = (index / 200_000) * 2 * Math.PI;
      return [1 + Math.cos(angle), 1 + Math.sin(angle)] as const;
    });
    const circle = new PixelCanvas(2, 2);
    circle.fillPolygons([round], opaque);
    const [share = 0] = readRows(circle).flat();
    expect(share / 200).toBeCloseTo(Math.PI / 4, 1);
  });
});

const colors = { ink: '#0a0000', muted: '#140000', accent: '#1e0000', good: '#280000', bad: '#320000' };

/** Draws shapes, in a scene of 20 × 10, on as many pixels. */
function draw(...shapes: readonly SceneShape[]): number[][] {
  const canvas = new PixelCanvas(20, 10);
  const context = new PixelContext(canvas, [0, 0, 0]);
  drawScene(context, { width: 20, height: 10, shapes }, { width: 20, height: 10, colors });
  return readRows(canvas);
}

describe('a scene', () => {
  it('has lines with their thickness and round ends', () => {
    const rows = draw({
      type: 'line',
      points: [
        [5, 5],
        [15, 5],
      ],
      thickness: 4,
      color: 'bad',
    });
    expect(rows.map((row) => row[10])).toEqual([0, 0, 0, 50, 50, 50, 50, 0, 0, 0]);
    expect(rows[4]?.slice(2, 6)).toEqual([0, expect.closeTo(44, -0.8), 50, 50]);
    // The corner of a square end would be covered.
    expect(rows[3]?.[3]).toBeLessThan(40);
  });

  it('has circles, later shapes over earlier ones, and colours by their role', () => {
    const rows = draw(
      { type: 'polygon', points: square(0, 0, 10), color: 'good' },
      { type: 'circle', centre: [10, 5], radius: 3, color: 'accent' },
    );
    expect([rows[5]?.[5], rows[5]?.[8], rows[5]?.[11], rows[5]?.[14]]).toEqual([40, 30, 30, 0]);
    const covered = rows.flat().filter((red) => red === 30).length;
    expect(covered).toBeGreaterThan(14);
    expect(covered).toBeLessThan(Math.PI * 9);
  });

  it('has pictures whose cells meet without seams', () => {
    const values = Array.from({ length: 21 }, () => 1);
    const rows = draw({ type: 'picture', rows: 3, columns: 7, values });
    expect(new Set(rows.flat())).toEqual(new Set([10]));
    const halves = draw({ type: 'picture', rows: 1, columns: 2, values: [0.5, 7] });
    expect([halves[5]?.[3], halves[5]?.[13]]).toEqual([5, 10]);
  });

  it('has letters whose dots are joined on one way only, so that corners stay corners', () => {
    const { dots, joins } = drawLetters('L', { centre: [0, 0], height: 7 });
    expect([dots.length, joins.length]).toEqual([11, 10]);
    expect(drawLetters('/', { centre: [0, 0], height: 7 }).joins).toHaveLength(4);
  });

  it('has texts around their middle, of any characters', () => {
    const write = (text: string): number[][] =>
      draw({ type: 'text', text, centre: [10.5, 5.5], height: 7, color: 'bad' });
    const ink = write('I').map((row) => row.flatMap((red, x) => (red > 25 ? [x] : [])));
    // The letter I of 7 dots: its serifs are three dots wide.
    expect(ink.map(({ length }) => length)).toEqual([0, 0, 3, 1, 1, 1, 1, 1, 3, 0]);
    expect(ink[5]).toEqual([10]);
    expect(write('é')).toEqual(write('e'));
    expect(write('−')).toEqual(write('-'));
    expect(
      write('\n')
        .flat()
        .some((red) => red > 0),
    ).toBe(false);
    expect(
      write('漢')
        .flat()
        .some((red) => red > 0),
    ).toBe(true);
    expect(
      write('x'.repeat(1e6))
        .flat()
        .some((red) => red > 0),
    ).toBe(true);
  });
});
