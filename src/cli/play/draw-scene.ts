// Scenes as text: shapes as dots of braille characters, and texts as they are.
import type { Scene, ScenePoint, SceneShape } from '../../shared/environments/scene.ts';
import { BrailleCanvas } from './braille-canvas.ts';

/** Largest picture; a scene is drawn as large as it fits, with the same scale in both directions. */
const largest = { columns: 66, rows: 18 };
/** Dots of a character. */
const dots = { across: 2, down: 4 };
/** Brightness from which a cell of a picture is shown. */
const threshold = 0.5;

type Dot = readonly [x: number, y: number];

/** Returns rows of text; their number depends on the proportions of the scene alone. */
export function drawSceneAsText({ width, height, shapes }: Scene): string[] {
  const scale = Math.min(
    (largest.columns * dots.across - 1) / width,
    (largest.rows * dots.down - 1) / height,
  );
  const columns = Math.min(largest.columns, Math.ceil((width * scale + 1) / dots.across));
  const rows = Math.min(largest.rows, Math.ceil((height * scale + 1) / dots.down));
  const painter = new Painter(new BrailleCanvas(columns, rows), scale);
  for (const shape of shapes) painter.paint(shape, { width, height });
  const lines = painter.canvas.toLines();
  for (const shape of shapes) if (shape.type === 'text') writeText(lines, shape, scale);
  return lines;
}

class Painter {
  readonly canvas: BrailleCanvas;
  readonly #scale: number;

  constructor(canvas: BrailleCanvas, scale: number) {
    this.canvas = canvas;
    this.#scale = scale;
  }

  paint(shape: SceneShape, size: Pick<Scene, 'width' | 'height'>): void {
    switch (shape.type) {
      case 'line':
        this.#paintLine(shape.points, (shape.thickness ?? 0) * this.#scale);
        return;
      case 'polygon':
        this.#fill(shape.points.map((point) => this.#place(point)));
        return;
      case 'circle':
        this.#fill(this.#placeCircle(shape.centre, shape.radius));
        return;
      case 'picture':
        this.#paintPicture(shape, size);
        return;
      case 'text':
        return;
    }
  }

  #place([x, y]: ScenePoint): Dot {
    return [x * this.#scale, y * this.#scale];
  }

  /** A thick line is several thin ones beside each other. */
  #paintLine(points: readonly ScenePoint[], thickness: number): void {
    const copies = Math.max(1, Math.round(thickness));
    const placed = points.map((point) => this.#place(point));
    for (const [index, to] of placed.entries()) {
      const from = placed[index - 1];
      if (from === undefined) continue;
      const [across, down] = [to[0] - from[0], to[1] - from[1]];
      const length = Math.hypot(across, down) || 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const aside = copy - (copies - 1) / 2;
        const [x, y] = [(-down / length) * aside, (across / length) * aside];
        this.canvas.drawLine([from[0] + x, from[1] + y], [to[0] + x, to[1] + y]);
      }
    }
  }

  #placeCircle(centre: ScenePoint, radius: number): Dot[] {
    const [x, y] = this.#place(centre);
    const size = Math.max(radius * this.#scale, 0.5);
    return Array.from({ length: 24 }, (_, index) => {
      const angle = (index / 24) * 2 * Math.PI;
      return [x + size * Math.cos(angle), y + size * Math.sin(angle)] as const;
    });
  }

  /** Fills a polygon row by row, between its edges, and draws its outline, so that a small one is seen too. */
  #fill(corners: readonly Dot[]): void {
    const heights = corners.map(([, y]) => y);
    for (let y = Math.ceil(Math.min(...heights)); y <= Math.max(...heights); y += 1) {
      const crossings = corners
        .flatMap((to, index) => crossRow(corners.at(index - 1) ?? to, to, y))
        .sort((a, b) => a - b);
      for (let index = 0; index + 1 < crossings.length; index += 2)
        this.canvas.drawLine([crossings[index] ?? 0, y], [crossings[index + 1] ?? 0, y]);
    }
    for (const [index, to] of corners.entries()) this.canvas.drawLine(corners.at(index - 1) ?? to, to);
  }

  #paintPicture(
    { rows, columns, values }: Extract<SceneShape, { type: 'picture' }>,
    { width, height }: Pick<Scene, 'width' | 'height'>,
  ): void {
    const [cellWidth, cellHeight] = [(width / columns) * this.#scale, (height / rows) * this.#scale];
    for (const [index, value] of values.entries()) {
      if (value < threshold) continue;
      const [left, top] = [(index % columns) * cellWidth, Math.floor(index / columns) * cellHeight];
      for (let y = Math.round(top); y < top + cellHeight; y += 1)
        this.canvas.drawLine([left, y], [Math.max(left, left + cellWidth - 1), y]);
    }
  }
}

/** Where an edge crosses a row of dots; a corner on the row counts for the edge below it alone. */
function crossRow([x, y]: Dot, [toX, toY]: Dot, row: number): number[] {
  if (y <= row === toY <= row) return [];
  return [x + ((row - y) / (toY - y)) * (toX - x)];
}

function writeText(
  lines: string[],
  { text, centre }: Extract<SceneShape, { type: 'text' }>,
  scale: number,
): void {
  const row = Math.floor((centre[1] * scale) / dots.down);
  const line = lines[row];
  if (line === undefined) return;
  const first = Math.max(0, Math.round((centre[0] * scale) / dots.across - text.length / 2));
  lines[row] = (line.slice(0, first) + text + line.slice(first + text.length)).slice(0, line.length);
}
