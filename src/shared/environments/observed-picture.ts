// Pictures of observations that have rows and columns, for environments that cannot be drawn.
import type { Scene } from './scene.ts';
import { shrinkPicture } from './shrink-picture.ts';
import type { BoxSpace } from '../spaces/space.ts';

const colorChannels = 3;
/** Numbers of few digits: pages get many pictures in a second. */
const shades = 100;

export interface PictureSize {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** Returns null unless the observations have rows and columns. */
export function readPictureSize({ shape }: Pick<BoxSpace, 'shape'>): PictureSize | null {
  const [rows = 0, columns = 0, channels = 1] = shape;
  return shape.length >= 2 && rows > 1 && columns > 1 ? { rows, columns, channels } : null;
}

/**
 * Draws an observation in shades of grey; null if it is no picture. Three channels are taken for colours, and of any other
 * number the last is drawn: stacked frames have the newest there.
 */
export function drawObservation(observation: Float32Array, space: BoxSpace): Scene | null {
  const size = readPictureSize(space);
  if (size === null) return null;
  const { rows, columns, channels } = size;
  const [low, high] = findRange(observation, space);
  const isColored = channels === colorChannels;
  const values = Array.from({ length: rows * columns }, (_, cell) => {
    const last = cell * channels + channels - 1;
    let value = observation[last] ?? low;
    if (isColored) value = (value + (observation[last - 1] ?? low) + (observation[last - 2] ?? low)) / 3;
    return high > low ? (value - low) / (high - low) : 0;
  });
  const picture = shrinkPicture({ type: 'picture', rows, columns, values });
  const rounded = picture.values.map((value) => Math.round(value * shades) / shades);
  return { width: columns, height: rows, shapes: [{ ...picture, values: rounded }] };
}

/** The bounds of the space, so that brightness means the same in every step; without bounds, those of the observation. */
function findRange(observation: Float32Array, { low, high }: BoxSpace): [number, number] {
  const bounds = [low[0] ?? -Infinity, high[0] ?? Infinity] as const;
  if (bounds.every(Number.isFinite)) return [bounds[0], bounds[1]];
  return [
    observation.reduce((least, value) => Math.min(least, value), Infinity),
    observation.reduce((most, value) => Math.max(most, value), -Infinity),
  ];
}
