// Pictures of scenes with fewer cells: more would hardly be seen, and cost those who store and send them.
import type { SceneShape } from './scene.ts';

export type Picture = Extract<SceneShape, { type: 'picture' }>;

const maxCellsAcross = 96;

/** A picture with at most 96 cells in each direction; each is the mean of those that it stands for. Brightness from 0 to 1. */
export function shrinkPicture({ rows, columns, values }: Picture): Picture {
  const step = Math.max(1, Math.ceil(Math.max(rows, columns) / maxCellsAcross));
  const fewer = { rows: Math.ceil(rows / step), columns: Math.ceil(columns / step) };
  const means = Array.from({ length: fewer.rows * fewer.columns }, (_, cell) => {
    const [top, left] = [Math.floor(cell / fewer.columns) * step, (cell % fewer.columns) * step];
    let [sum, count] = [0, 0];
    for (let row = top; row < Math.min(rows, top + step); row += 1) {
      for (let column = left; column < Math.min(columns, left + step); column += 1) {
        sum += Math.min(1, Math.max(0, values[row * columns + column] ?? 0));
        count += 1;
      }
    }
    return sum / count;
  });
  return { type: 'picture', ...fewer, values: means };
}
