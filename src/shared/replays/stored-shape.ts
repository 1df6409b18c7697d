// Shapes of scenes in little room: rounded numbers, and pictures as text.
import type { Scene, ScenePoint, SceneShape } from '../environments/scene.ts';
import { shrinkPicture, type Picture } from '../environments/shrink-picture.ts';

/** A picture has a character for each cell, from the darkest to the brightest. */
export type StoredShape =
  Exclude<SceneShape, Picture> | (Omit<Picture, 'values'> & { readonly cells: string });

const shades = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
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

function storePicture(picture: Picture): StoredShape {
  const { rows, columns, values } = shrinkPicture(picture);
  const cells = values.map((value) => shades[Math.round(value * (shades.length - 1))] ?? 'A');
  return { type: 'picture', rows, columns, cells: cells.join('') };
}
