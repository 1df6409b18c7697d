// The context that drawScene needs, on a canvas of pixels: replays look like the pages that draw on a browser's canvas.
import type { DrawingContext } from '../../../shared/environments/draw-scene.ts';
import { drawLetters } from './letters.ts';
import type { Corner, Paint, PixelCanvas, Polygon, Rgb } from './pixel-canvas.ts';

/** Corners of a circle: one for each pixel of its edge, within limits. */
const circleCorners = { least: 8, most: 180 };
/** Height of capital letters in fonts of pages, as a share of the font's size. */
const capitalShare = 0.71;

export class PixelContext implements DrawingContext {
  fillStyle: unknown = '#000000';
  strokeStyle: unknown = '#000000';
  lineWidth = 1;
  /** Ends and corners are always round, and texts are always around their middle, as scenes have them. */
  lineCap = 'round';
  lineJoin = 'round';
  font = '10px';
  textAlign = 'center';
  textBaseline = 'middle';
  globalAlpha = 1;
  readonly #canvas: PixelCanvas;
  readonly #background: Rgb;
  #scale = 1;
  #offset: Corner = [0, 0];
  #path: Corner[] = [];

  constructor(canvas: PixelCanvas, background: Rgb) {
    this.#canvas = canvas;
    this.#background = background;
  }

  /** Scenes are only moved, and scaled alike in both directions. */
  setTransform(...[scale, , , , left, top]: Parameters<DrawingContext['setTransform']>): void {
    this.#scale = scale;
    this.#offset = [left, top];
  }

  clearRect(...area: Parameters<DrawingContext['clearRect']>): void {
    this.#fillArea(area, { color: this.#background, alpha: 1 });
  }

  /** Its sides are moved to whole pixels, so that the cells of a picture meet without seams. */
  fillRect(...area: Parameters<DrawingContext['fillRect']>): void {
    this.#fillArea(area, this.#readPaint(this.fillStyle));
  }

  beginPath(): void {
    this.#path = [];
  }

  lineTo(x: number, y: number): void {
    this.#path.push(this.#place([x, y]));
  }

  arc(...[x, y, radius]: Parameters<DrawingContext['arc']>): void {
    this.#path.push(...traceCircle(this.#place([x, y]), radius * this.#scale));
  }

  fill(): void {
    this.#canvas.fillPolygons([this.#path], this.#readPaint(this.fillStyle));
  }

  stroke(): void {
    const radius = (this.lineWidth * this.#scale) / 2;
    const joints = this.#path.map((point) => traceCircle(point, radius));
    this.#canvas.fillPolygons(
      [...outlineParts(this.#path, radius), ...joints],
      this.#readPaint(this.strokeStyle),
    );
  }

  fillText(text: string, x: number, y: number): void {
    const height = Number.parseFloat(this.font) * capitalShare * this.#scale;
    const { dots, joins, thickness } = drawLetters(text, { centre: this.#place([x, y]), height });
    const outlines = [
      ...dots.map((dot) => traceCircle(dot, thickness / 2)),
      ...joins.flatMap((join) => outlineParts(join, thickness / 2)),
    ];
    this.#canvas.fillPolygons(outlines, this.#readPaint(this.fillStyle));
  }

  #fillArea([x, y, width, height]: Parameters<DrawingContext['fillRect']>, paint: Paint): void {
    this.#canvas.fillRectangle(this.#place([x, y]), this.#place([x + width, y + height]), paint);
  }

  #place([x, y]: Corner): Corner {
    return [x * this.#scale + this.#offset[0], y * this.#scale + this.#offset[1]];
  }

  #readPaint(style: unknown): Paint {
    return { color: readColor(String(style)), alpha: this.globalAlpha };
  }
}

/** Reads `#rrggbb`. */
export function readColor(text: string): Rgb {
  const number = Number.parseInt(text.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** A line with thickness: a rectangle for each of its parts. */
function outlineParts(points: readonly Corner[], radius: number): Polygon[] {
  return points.slice(1).map((to, index): Polygon => {
    const from = points[index] ?? to;
    const [across, down] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(across, down) || 1;
    const [x, y] = [(-down / length) * radius, (across / length) * radius];
    return [
      [from[0] - x, from[1] - y],
      [to[0] - x, to[1] - y],
      [to[0] + x, to[1] + y],
      [from[0] + x, from[1] + y],
    ];
  });
}

/** Goes round in the direction of the parts of lines. */
function traceCircle([x, y]: Corner, radius: number): Polygon {
  const wanted = Math.ceil(2 * Math.PI * radius);
  const count = Math.min(circleCorners.most, Math.max(circleCorners.least, wanted));
  return Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}
