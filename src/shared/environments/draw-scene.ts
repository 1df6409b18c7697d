// Drawing of scenes on the canvas of a page: the dashboard, replays and examples draw alike.
import type { Scene, SceneColor, ScenePoint, SceneShape } from './scene.ts';

/** The part of a canvas's context (CanvasRenderingContext2D) that scenes are drawn with. */
export interface DrawingContext {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  font: string;
  textAlign: string;
  textBaseline: string;
  globalAlpha: number;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  beginPath(): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, startAngle: number, endAngle: number): void;
  fill(): void;
  stroke(): void;
  fillText(text: string, x: number, y: number): void;
}

/** Where a scene is drawn. */
export interface DrawingArea {
  /** Size of the canvas in pixels. */
  readonly width: number;
  readonly height: number;
  readonly colors: Readonly<Record<SceneColor, string>>;
}

/** Lines without a thickness have this one, in pixels of the canvas. */
const thinPixels = 2;

/** Clears the canvas, and draws the scene as large as it fits, in the middle. */
export function drawScene(
  context: DrawingContext,
  scene: Scene,
  { width, height, colors }: DrawingArea,
): void {
  const scale = Math.min(width / scene.width, height / scene.height);
  const left = Math.round((width - scene.width * scale) / 2);
  const top = Math.round((height - scene.height * scale) / 2);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(scale, 0, 0, scale, left, top);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const shape of scene.shapes) {
    const color = colors[shape.type === 'picture' ? 'ink' : (shape.color ?? 'ink')];
    context.fillStyle = color;
    context.strokeStyle = color;
    drawShape(context, shape, { scene, pixel: 1 / scale });
  }
}

interface Surroundings {
  readonly scene: Scene;
  /** Size of a pixel of the canvas, in units of the scene. */
  readonly pixel: number;
}

function drawShape(context: DrawingContext, shape: SceneShape, surroundings: Surroundings): void {
  switch (shape.type) {
    case 'line':
      context.lineWidth = Math.max(shape.thickness ?? 0, thinPixels * surroundings.pixel);
      tracePath(context, shape.points);
      context.stroke();
      return;
    case 'polygon':
      tracePath(context, shape.points);
      context.fill();
      return;
    case 'circle':
      context.beginPath();
      context.arc(shape.centre[0], shape.centre[1], shape.radius, 0, 2 * Math.PI);
      context.fill();
      return;
    case 'text':
      context.font = `${shape.height * 1.4}px system-ui`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(shape.text, shape.centre[0], shape.centre[1]);
      return;
    case 'picture':
      drawPicture(context, shape, surroundings);
      return;
  }
}

function tracePath(context: DrawingContext, points: readonly ScenePoint[]): void {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
}

function drawPicture(
  context: DrawingContext,
  { rows, columns, values }: Extract<SceneShape, { type: 'picture' }>,
  { scene: { width, height }, pixel }: Surroundings,
): void {
  // Cells end where pixels do: otherwise lines of the background shine through between them.
  const findEdge = (share: number, length: number): number => Math.round((share * length) / pixel) * pixel;
  for (let row = 0; row < rows; row += 1) {
    const [above, below] = [findEdge(row / rows, height), findEdge((row + 1) / rows, height)];
    // Cells side by side that are alike are one rectangle: most pictures have few others.
    for (let from = 0, to = 1; from < columns; from = to, to += 1) {
      const value = values[row * columns + from] ?? 0;
      while (to < columns && values[row * columns + to] === value) to += 1;
      if (value <= 0) continue;
      context.globalAlpha = Math.min(1, value);
      const [start, end] = [findEdge(from / columns, width), findEdge(to / columns, width)];
      context.fillRect(start, above, end - start, below - above);
    }
  }
  context.globalAlpha = 1;
}
