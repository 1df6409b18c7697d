// Canvas of dots drawn as text: each character holds 2 × 4 dots (Unicode braille patterns).

const emptyPattern = 0x2800;
/** Bits of the dots of a character, row by row. */
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

export class BrailleCanvas {
  readonly #columns: number;
  readonly #patterns: Uint8Array;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#patterns = new Uint8Array(columns * rows);
  }

  /** Sets the dot nearest to (x, y), counted from the top left. Dots outside the canvas are ignored. */
  setDot(x: number, y: number): void {
    const [left, top] = [Math.round(x), Math.round(y)];
    const bit = dotBits[((top % 4) + 4) % 4]?.[((left % 2) + 2) % 2] ?? 0;
    const column = Math.floor(left / 2);
    const index = Math.floor(top / 4) * this.#columns + column;
    const pattern = this.#patterns[index];
    if (column < 0 || column >= this.#columns || pattern === undefined) return;
    this.#patterns[index] = pattern | bit;
  }

  /** Draws a straight line between two points. */
  drawLine(from: readonly [number, number], to: readonly [number, number]): void {
    const [x, y] = from;
    const [width, height] = [to[0] - x, to[1] - y];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(width), Math.abs(height))));
    for (let step = 0; step <= steps; step += 1) {
      this.setDot(x + (width * step) / steps, y + (height * step) / steps);
    }
  }

  /** Returns the rows of text. */
  toLines(): string[] {
    const lines: string[] = [];
    for (let start = 0; start < this.#patterns.length; start += this.#columns) {
      const row = this.#patterns.subarray(start, start + this.#columns);
      lines.push(String.fromCharCode(...Array.from(row, (pattern) => emptyPattern + pattern)));
    }
    return lines;
  }
}
