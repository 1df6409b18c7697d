// Shapes of scenes in little room: rounded numbers, and pictures as text.
import type { Scene, ScenePoint, SceneShape } from '../environments/scene.ts';

type Picture = Extract<SceneShape, { type: 'picture' }>;

/** A picture has a character for each cell, from the darkest to the brightest. */
export type StoredShape =
  Exclude<SceneShape, Picture> | (Omit<Picture, 'values'> & { readonly cells: string });

const shades = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Larger pictures are made smaller: more cells would hardly be seen. */
const maxCellsAcross = 96;
/** Numbers are exact to this part of the scene's size: less than a pixel of any screen. */
const resolution = 1 / 4_000;
/** What `toFixed` takes. */
const maxDecimals = 100;

/** Stores a shape of a scene of this size. */
export function storeShape(
  shape: SceneShape,
  { width, height }: Pick<Scene, 'width' | 'height'>,
): StoredShape {
  const wanted = Math.ceil(-Math.log10(Math.max(width, height) * resolution));
  const decimals = Math.min(maxDecimals, Math.max(0, wanted));
  const round = (number: number): number => Number(number.toFixed(decimals));
  const roundPoint = ([x, y]: ScenePoint): ScenePoint => [round(x), round(y)];
  // Fields that are not of a shape's type are left out: they may be anything.
  const color = shape.type === 'picture' || shape.color === undefined ? {} : { color: shape.color };
  switch (shape.type) {
    case 'line': {
      const thickness = shape.thickness === undefined ? {} : { thickness: round(shape.thickness) };
      return { type: 'line', points: shape.points.map(roundPoint), ...thickness, ...color };
    }
    case 'polygon':
      return { type: 'polygon', points: shape.points.map(roundPoint), ...color };
    case 'circle':
      return { type: 'circle', centre: roundPoint(shape.centre), radius: round(shape.radius), ...color };
    case 'text': {
      const place = { centre: roundPoint(shape.centre), height: round(shape.height) };
      return { type: 'text', text: shape.text, ...place, ...color };
    }
    case 'picture':
      return storePicture(shape);
  }
}

export function restoreShape(shape: StoredShape): SceneShape {
  if (shape.type !== 'picture') return shape;
  const { rows, columns, cells } = shape;
  const values = Array.from(cells, (cell) => shades.indexOf(cell) / (shades.length - 1));
  return { type: 'picture', rows, columns, values };
}

function storePicture({ rows, columns, values }: Picture): StoredShape {
  const step = Math.max(1, Math.ceil(Math.max(rows, columns) / maxCellsAcross));
  const fewer = { rows: Math.ceil(rows / step), columns: Math.ceil(columns / step) };
  const cells = Array.from({ length: fewer.rows * fewer.columns }, (_, cell) => {
    const [top, left] = [Math.floor(cell / fewer.columns) * step, (cell % fewer.columns) * step];
    let [sum, count] = [0, 0];
    for (let row = top; row < Math.min(rows, top + step); row += 1) {
      for (let column = left; column < Math.min(columns, left + step); column += 1) {
        sum += Math.min(1, Math.max(0, values[row * columns + column] ?? 0));
        count += 1;
      }
    }
    return shades[Math.round((sum / count) * (shades.length - 1))] ?? 'A';
  });
  return { type: 'picture', ...fewer, cells: cells.join('') };
}
