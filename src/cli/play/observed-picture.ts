// Pictures of observations that have rows and columns, for environments that cannot be drawn.
import type { Scene } from '../../shared/environments/scene.ts';
import type { BoxSpace } from '../../shared/spaces/space.ts';

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

/** Draws the first channel of an observation; null if it is no picture. */
export function drawObservation(observation: Float32Array, space: BoxSpace): Scene | null {
  const size = readPictureSize(space);
  if (size === null) return null;
  const { rows, columns, channels } = size;
  const [low, high] = findRange(observation, space);
  const values = Array.from({ length: rows * columns }, (_, cell) => {
    const value = observation[cell * channels] ?? low;
    return high > low ? (value - low) / (high - low) : 0;
  });
  return { width: columns, height: rows, shapes: [{ type: 'picture', rows, columns, values }] };
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
