// Canvas of pixels in memory: polygons with smooth edges, over what is there.

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export type Corner = readonly [x: number, y: number];
export type Polygon = readonly Corner[];

export interface Paint {
  readonly color: Rgb;
  /** 0 (nothing is seen) to 1. */
  readonly alpha: number;
}

/** Lines per row of pixels in which edges are looked for; across, coverage is exact. */
const linesPerRow = 4;
/** Corners further away are moved here: sums of larger numbers would no longer be exact. */
const farthest = 1e6;

interface Edge {
  readonly top: number;
  readonly bottom: number;
  /** Where it is at its top, and how far it goes across for each pixel down. */
  readonly x: number;
  readonly slope: number;
  /** 1 if the polygon goes down here, −1 if it goes up. */
  readonly direction: 1 | -1;
}

export class PixelCanvas {
  readonly width: number;
  readonly height: number;
  /** Three numbers for each pixel, row by row. */
  readonly pixels: Uint8ClampedArray;
  /** Share of each pixel of a row that is covered. */
  readonly #coverage: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8ClampedArray(width * height * 3);
    this.#coverage = new Float32Array(width);
  }

  /** Fills a rectangle of whole pixels. */
  fillRectangle([left, top]: Corner, [right, bottom]: Corner, paint: Paint): void {
    const [first, last] = [Math.max(0, Math.round(left)), Math.min(this.width, Math.round(right))];
    const [start, end] = [Math.max(0, Math.round(top)), Math.min(this.height, Math.round(bottom))];
    const upper = start * this.width + first;
    for (let y = start; y < end; y += 1) {
      if (y > start && paint.alpha === 1) {
        // As the row above it; most rectangles are large ones that clear the canvas.
        const row = (y - start) * this.width * 3;
        this.pixels.copyWithin(upper * 3 + row, upper * 3, (upper + Math.max(0, last - first)) * 3);
      } else {
        for (let x = first; x < last; x += 1) this.#blend(x, y, paint);
      }
    }
  }

  /** Fills everything that is inside of any of the polygons, once. All must go round in the same direction. */
  fillPolygons(polygons: readonly Polygon[], { color, alpha }: Paint): void {
    const edges = polygons.flatMap(listEdges);
    // Not Math.min(...): a polygon may have more corners than a call may have arguments.
    const top = edges.reduce((least, edge) => Math.min(least, edge.top), Infinity);
    const bottom = edges.reduce((most, edge) => Math.max(most, edge.bottom), -Infinity);
    const end = Math.min(this.height, Math.ceil(bottom));
    for (let y = Math.max(0, Math.floor(top)); y < end; y += 1) {
      this.#coverage.fill(0);
      const near = edges.filter((edge) => edge.top < y + 1 && edge.bottom > y);
      for (let line = 0; line < linesPerRow; line += 1) this.#cover(near, y + (line + 0.5) / linesPerRow);
      for (let x = 0; x < this.width; x += 1) {
        const share = this.#coverage[x] ?? 0;
        if (share > 0) this.#blend(x, y, { color, alpha: alpha * Math.min(1, share) });
      }
    }
  }

  /** Adds what is inside on a line: between the edges where the count of turns is not 0. */
  #cover(edges: readonly Edge[], y: number): void {
    const crossings = edges
      .filter((edge) => edge.top <= y && edge.bottom > y)
      .map((edge) => ({ x: edge.x + (y - edge.top) * edge.slope, direction: edge.direction }))
      .sort((first, second) => first.x - second.x);
    let turns = 0;
    let start = 0;
    for (const { x, direction } of crossings) {
      if (turns === 0) start = x;
      turns += direction;
      if (turns === 0) this.#coverSpan(start, x);
    }
  }

  #coverSpan(start: number, end: number): void {
    const [from, to] = [Math.max(0, start), Math.min(this.width, end)];
    for (let x = Math.floor(from); x < to; x += 1) {
      const covered = Math.min(to, x + 1) - Math.max(from, x);
      this.#coverage[x] = (this.#coverage[x] ?? 0) + covered / linesPerRow;
    }
  }

  #blend(x: number, y: number, { color, alpha }: Paint): void {
    const start = (y * this.width + x) * 3;
    for (let index = 0; index < 3; index += 1) {
      const before = this.pixels[start + index] ?? 0;
      this.pixels[start + index] = before + ((color[index] ?? 0) - before) * alpha;
    }
  }
}

/** Level edges are left out: no line crosses them. */
function listEdges(polygon: Polygon): Edge[] {
  return polygon.flatMap((corner, index) => {
    const from = limit(polygon.at(index - 1) ?? corner);
    const to = limit(corner);
    if (from[1] === to[1]) return [];
    const goesDown = from[1] < to[1];
    const [upper, lower] = goesDown ? [from, to] : [to, from];
    const slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
    return [{ top: upper[1], bottom: lower[1], x: upper[0], slope, direction: goesDown ? 1 : -1 }];
  });
}

function limit([x, y]: Corner): Corner {
  return [Math.min(farthest, Math.max(-farthest, x)), Math.min(farthest, Math.max(-farthest, y))];
}
