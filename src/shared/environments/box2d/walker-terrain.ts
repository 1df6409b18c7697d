// Ground of BipedalWalker: grass, and in the hardcore version stumps, stairs and pits between it.
import type { ScenePoint } from '../scene.ts';
import type { Draws } from './episode-history.ts';

/** Metres between two corners of the ground. */
export const terrainStep = 14 / 30;
/** Corners of the ground. */
export const terrainLength = 200;
/** The first corners are level. */
export const startLength = 20;
/** Corners of a piece of grass: half as many or more, but not this many. */
export const grassLength = 10;
export const terrainHeight = 400 / 30 / 4;
const pitDepth = 4 * terrainStep;
const stairWidth = 4;

type Obstacle = 'stump' | 'stairs' | 'pit';
const obstacles: readonly Obstacle[] = ['stump', 'stairs', 'pit'];

export interface Terrain {
  /** Corners of the ground from left to right, with y upwards (metres). */
  readonly surface: readonly ScenePoint[];
  /** Polygons of stumps, stairs and walls of pits, from left to right. */
  readonly blocks: readonly (readonly ScenePoint[])[];
}

/** Heights of the corners that follow a piece's first one, by how many are left of it. */
type Profile = (left: number) => number;

/** Draws the ground, in the order of Gymnasium's draws. */
export function drawTerrain(draws: Draws, isHardcore: boolean): Terrain {
  const surface: ScenePoint[] = [];
  const blocks: (readonly ScenePoint[])[] = [];
  let height = terrainHeight;
  let slope = 0;
  let left = startLength;
  let obstacle: Obstacle | null = null;
  let isFirst = false;
  let profile: Profile | null = null;
  for (let corner = 0; corner < terrainLength; corner += 1) {
    const x = corner * terrainStep;
    if (isFirst) {
      // The first corner of a piece is as high as the last one before it.
      if (obstacle !== null) {
        const piece = drawObstacle(obstacle, [x, height], draws);
        blocks.push(...piece.blocks);
        left = piece.length;
        profile = piece.profile;
      }
    } else if (obstacle === null) {
      slope = 0.8 * slope + 0.01 * Math.sign(terrainHeight - height);
      if (corner > startLength) slope += draws.nextUniform(-1, 1) / 30;
      height += slope;
    } else if (profile !== null) height = profile(left);
    isFirst = false;
    surface.push([x, height]);
    left -= 1;
    if (left > 0) continue;
    left = drawInteger(draws, grassLength / 2, grassLength);
    obstacle = isHardcore && obstacle === null ? obstacles[drawInteger(draws, 1, 4) - 1]! : null;
    profile = null;
    isFirst = true;
  }
  return { surface, blocks };
}

interface Piece {
  readonly blocks: readonly (readonly ScenePoint[])[];
  /** Corners of the piece. */
  readonly length: number;
  readonly profile: Profile | null;
}

function drawObstacle(obstacle: Obstacle, [x, y]: ScenePoint, draws: Draws): Piece {
  switch (obstacle) {
    case 'stump': {
      const size = drawInteger(draws, 1, 3);
      const end = size * terrainStep;
      const block = createBlock([x, y], [x + end, y + end]);
      return { blocks: [block], length: size, profile: null };
    }
    case 'stairs':
      return drawStairs([x, y], draws);
    case 'pit': {
      const width = drawInteger(draws, 3, 5);
      const walls = [x, x + width * terrainStep].map((wall) =>
        createBlock([wall, y], [wall + terrainStep, y - pitDepth]),
      );
      return { blocks: walls, length: width + 2, profile: (left) => (left > 1 ? y - pitDepth : y) };
    }
  }
}

/** Three or four stairs, up or down. */
function drawStairs([x, y]: ScenePoint, draws: Draws): Piece {
  const rise = draws.nextUniform(0, 1) > 0.5 ? 1 : -1;
  drawInteger(draws, stairWidth, stairWidth + 1);
  const steps = drawInteger(draws, 3, 5);
  const blocks = Array.from({ length: steps }, (_, stair) => {
    const top = y + stair * rise * terrainStep;
    return createBlock(
      [x + stair * stairWidth * terrainStep, top],
      [x + (1 + stair) * stairWidth * terrainStep, y + (-1 + stair * rise) * terrainStep],
    );
  });
  const length = steps * stairWidth;
  return {
    blocks,
    length,
    profile: (left) => y + ((length - left - rise) / stairWidth) * rise * terrainStep,
  };
}

/** The rectangle between two corners, in the order of Gymnasium's. */
function createBlock([fromX, fromY]: ScenePoint, [toX, toY]: ScenePoint): readonly ScenePoint[] {
  return [
    [fromX, fromY],
    [toX, fromY],
    [toX, toY],
    [fromX, toY],
  ];
}

/** A uniform integer from `low` to `high` − 1. */
function drawInteger(draws: Draws, low: number, high: number): number {
  return low + draws.nextInteger(high - low);
}

/** Corners of the clouds that Gymnasium draws, which no walker touches. */
export function drawClouds(draws: Draws): readonly (readonly ScenePoint[])[] {
  return Array.from({ length: terrainLength / 20 }, () => {
    const x = draws.nextUniform(0, terrainLength) * terrainStep;
    return Array.from({ length: 5 }, (_, corner): ScenePoint => {
      const angle = (3.14 * 2 * corner) / 5;
      const cloudX = x + 15 * terrainStep * Math.sin(angle) + draws.nextUniform(0, 5 * terrainStep);
      const y = 3 * terrainHeight + 5 * terrainStep * Math.cos(angle);
      return [cloudX, y + draws.nextUniform(0, 5 * terrainStep)];
    });
  });
}
