import { describe, expect, it } from 'vitest';
import { drawScene, type DrawingContext } from '../../../../src/shared/environments/draw-scene.ts';
import type { Scene } from '../../../../src/shared/environments/scene.ts';

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly alpha: number;
}

/** A context that notes the rectangles it is asked to fill, in pixels. */
function createRecorder() {
  const rectangles: Rectangle[] = [];
  let [scaleX, scaleY, offsetX, offsetY] = [1, 1, 0, 0];
  const ignore = (): void => undefined;
  const context: DrawingContext = {
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    lineCap: '',
    lineJoin: '',
    font: '',
    textAlign: '',
    textBaseline: '',
    globalAlpha: 1,
    setTransform: (...[a, , , d, e, f]) => {
      [scaleX, scaleY, offsetX, offsetY] = [a, d, e, f];
    },
    fillRect: (...[x, y, width, height]) => {
      rectangles.push({
        left: x * scaleX + offsetX,
        top: y * scaleY + offsetY,
        right: (x + width) * scaleX + offsetX,
        bottom: (y + height) * scaleY + offsetY,
        alpha: context.globalAlpha,
      });
    },
    clearRect: ignore,
    beginPath: ignore,
    lineTo: ignore,
    arc: ignore,
    fill: ignore,
    stroke: ignore,
    fillText: ignore,
  };
  return { context, rectangles };
}

/** Rows of three cells, each one unit wide and high. */
function createPicture(rows: number, values: readonly number[]): Scene {
  return { width: 3, height: rows, shapes: [{ type: 'picture', rows, columns: 3, values }] };
}

const colors = { ink: 'black', muted: 'grey', accent: 'blue', good: 'green', bad: 'red' };

describe('a picture', () => {
  it('has a rectangle for cells side by side that are alike, and none for dark ones', () => {
    const { context, rectangles } = createRecorder();
    const values = [0.5, 0.5, 1, 0, 2, 2];
    drawScene(context, createPicture(2, values), { width: 30, height: 20, colors });
    expect(rectangles).toEqual([
      { left: 0, top: 0, right: 20, bottom: 10, alpha: 0.5 },
      { left: 20, top: 0, right: 30, bottom: 10, alpha: 1 },
      { left: 10, top: 10, right: 30, bottom: 20, alpha: 1 },
    ]);
    expect(context.globalAlpha).toBe(1);
  });

  it('has cells that end where pixels do, without gaps', () => {
    const { context, rectangles } = createRecorder();
    const values = Array.from({ length: 9 }, (_, cell) => (cell + 1) / 9);
    drawScene(context, createPicture(3, values), { width: 105, height: 100, colors });
    const round = ({ left, top, right, bottom }: Rectangle): string[] =>
      [left, top, right, bottom].map((edge) => edge.toFixed(6).replace('.000000', ''));
    expect(rectangles.slice(0, 4).map(round)).toEqual([
      ['3', '0', '36', '33'],
      ['36', '0', '70', '33'],
      ['70', '0', '103', '33'],
      ['3', '33', '36', '67'],
    ]);
  });
});
