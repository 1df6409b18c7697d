// Picture of BipedalWalker: the ground around the walker, which stays in the left part of the picture.
import type { Body } from 'planck';
import type { Scene, ScenePoint, SceneShape } from '../scene.ts';
import { listCorners } from './physics.ts';
import type { Terrain } from './walker-terrain.ts';

export interface WalkerPicture {
  /** Metres. */
  readonly width: number;
  readonly height: number;
  readonly terrain: Terrain;
  readonly clouds: readonly (readonly ScenePoint[])[];
  readonly hull: Body | null;
  /** Upper and lower part of each leg. */
  readonly legs: readonly (readonly [upper: Body, lower: Body])[];
  /** Where the episode ends, from the ground's left end (metres). */
  readonly finish: number;
}

/** In metres. */
export function drawWalker({ width, height, terrain, clouds, hull, legs, finish }: WalkerPicture): Scene {
  const left = Math.max(0, (hull?.getPosition().x ?? 0) - width / 5);
  const place = ([x, y]: ScenePoint): ScenePoint => [x - left, height - y];
  const isVisible = ([x]: ScenePoint): boolean => x >= -1 && x <= width + 1;
  /** Polygons of which a part is in the picture. */
  const drawAll = (
    polygons: readonly (readonly ScenePoint[])[],
    color: 'ink' | 'muted' | 'accent',
  ): SceneShape[] =>
    polygons
      .map((points) => points.map(place))
      .filter((points) => points.some(isVisible))
      .map((points) => ({ type: 'polygon', points, color }));
  const surface = terrain.surface.map(place).filter(isVisible);
  const ground = [...surface, [surface.at(-1)?.[0] ?? 0, height], [surface[0]?.[0] ?? 0, height]] as const;
  const flag = place([finish, 0])[0];
  const floor = surface.find(([x]) => x >= flag)?.[1] ?? height;
  const [back, front] = legs;
  return {
    width,
    height,
    shapes: [
      ...drawAll(clouds, 'muted'),
      { type: 'polygon', points: ground, color: 'muted' },
      { type: 'line', points: surface, color: 'good' },
      ...drawAll(terrain.blocks, 'ink'),
      ...(flag <= width ? [createFlag([flag, floor])] : []),
      ...drawAll((back ?? []).map(listCorners), 'muted'),
      ...drawAll(hull === null ? [] : [listCorners(hull)], 'accent'),
      ...drawAll((front ?? []).map(listCorners), 'ink'),
    ],
  };
}

function createFlag([x, y]: ScenePoint): SceneShape {
  return {
    type: 'polygon',
    points: [
      [x, y],
      [x, y - 1.6],
      [x + 0.8, y - 1.3],
      [x + 0.1, y - 1],
      [x + 0.1, y],
    ],
    color: 'good',
  };
}
