// Picture of LunarLander: ground, flags, the lander and the flames of its engines.
import type { Body } from 'planck';
import type { Scene, ScenePoint, SceneShape } from '../scene.ts';
import { listCorners } from './physics.ts';

export interface LanderPicture {
  /** Metres. */
  readonly width: number;
  readonly height: number;
  /** Corners of the ground, from left to right, in metres with y upwards. */
  readonly surface: readonly ScenePoint[];
  /** Flags stand on these corners of the ground. */
  readonly flags: readonly number[];
  readonly lander: Body | null;
  readonly legs: readonly Body[];
  /** Power of the engines, 0 to 1; direction −1: the left one. */
  readonly thrust: { readonly main: number; readonly side: number; readonly direction: number };
}

const flagHeight = 1.6;

/** In metres. */
export function drawLander(picture: LanderPicture): Scene {
  const { width, height, surface, lander, legs } = picture;
  const flip = ([x, y]: ScenePoint): ScenePoint => [x, height - y];
  const ground = [...surface, [width, 0] as const, [0, 0] as const].map(flip);
  const bodies = legs.map((leg): SceneShape => ({ type: 'polygon', points: listCorners(leg).map(flip) }));
  if (lander !== null) {
    bodies.unshift(...drawFlames(lander, picture).map((points) => createPolygon(points.map(flip), 'bad')));
    bodies.push(createPolygon(listCorners(lander).map(flip), 'accent'));
  }
  return {
    width,
    height,
    shapes: [
      createPolygon(ground, 'muted'),
      ...picture.flags.flatMap((corner) => drawFlag(flip(surface[corner] ?? [0, 0]))),
      ...bodies,
    ],
  };
}

function createPolygon(points: readonly ScenePoint[], color: 'muted' | 'accent' | 'bad'): SceneShape {
  return { type: 'polygon', points, color };
}

function drawFlag([x, y]: ScenePoint): SceneShape[] {
  const top = y - flagHeight;
  return [
    {
      type: 'line',
      points: [
        [x, y],
        [x, top],
      ],
    },
    {
      type: 'polygon',
      points: [
        [x, top],
        [x + 0.8, top + 0.3],
        [x, top + 0.6],
      ],
      color: 'good',
    },
  ];
}

/** Triangles as long as the engines are strong. */
function drawFlames(lander: Body, { thrust }: LanderPicture): ScenePoint[][] {
  const place = (points: readonly ScenePoint[]): ScenePoint[] =>
    points.map(([x, y]) => {
      const point = lander.getWorldPoint({ x, y });
      return [point.x, point.y];
    });
  const side = 0.55 * thrust.direction;
  return [
    ...(thrust.main > 0
      ? [
          place([
            [-0.25, -0.33],
            [0.25, -0.33],
            [0, -0.33 - 1.1 * thrust.main],
          ]),
        ]
      : []),
    ...(thrust.side > 0
      ? [
          place([
            [side, 0.5],
            [side, 0.3],
            [side + 0.8 * thrust.direction * thrust.side, 0.4],
          ]),
        ]
      : []),
  ];
}
