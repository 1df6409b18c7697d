// Picture of an environment that has a few facts and a time: a cell for each fact above a bar.
import { createRectangle, type Scene, type SceneColor } from '../scene.ts';

interface Time {
  /** Part of the episode that is left, 0 to 1. */
  readonly left: number;
  /** The cell with a frame. */
  readonly marked: number | null;
}

export function drawCells(colors: readonly SceneColor[], { left, marked }: Time): Scene {
  const width = Math.max(4, colors.length);
  const start = (width - colors.length) / 2;
  return {
    width,
    height: 1.6,
    shapes: [
      ...colors.map((color, cell) => ({
        type: 'polygon' as const,
        points: createRectangle([start + cell + 0.1, 0.1], { width: 0.8, height: 0.8 }),
        color,
      })),
      ...(marked === null
        ? []
        : [{ type: 'circle' as const, centre: [start + marked + 0.5, 0.5] as const, radius: 0.15 }]),
      {
        type: 'polygon',
        points: createRectangle([0, 1.2], { width: Math.max(0, left) * width, height: 0.2 }),
        color: 'muted',
      },
    ],
  };
}
