// Frames of pixels as an animated GIF that begins again at its end. Each frame has only the part that has changed.
import { GifWriter } from 'omggif';
import { palette, PaletteIndex, unchanged } from './palette.ts';
import type { PixelCanvas } from './pixel-canvas.ts';

/** The longest delay that a frame can have, in hundredths of a second. */
const maxDelay = 65_535;
/** Browsers show frames with shorter delays for a tenth of a second. */
const minDelay = 2;
/** Bytes that a frame may take: a code of at most 12 bits per pixel, and what is around them. */
const bytesPerPixel = 2;
const headerBytes = 4_096;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Frame {
  readonly pixels: number[];
  readonly box: Box;
  /** When it is first shown, in hundredths of a second. */
  readonly start: number;
}

export class GifEncoder {
  readonly #width: number;
  readonly #buffer: Uint8Array;
  readonly #writer: GifWriter;
  readonly #index = new PaletteIndex();
  readonly #pieces: Uint8Array[] = [];
  #shown: Uint8Array | null = null;
  /** The newest frame, which is written when it is known how long it is shown. */
  #newest: Frame | null = null;
  frames = 0;
  bytes = 0;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#buffer = new Uint8Array(width * height * bytesPerPixel + headerBytes);
    const colors = Array.from({ length: 256 }, (_, index) => {
      const [red, green, blue] = palette[index] ?? [0, 0, 0];
      return red * 65_536 + green * 256 + blue;
    });
    this.#writer = new GifWriter(this.#buffer, width, height, { palette: colors, loop: 0 });
  }

  /** Adds what is on the canvas, from a time on. A frame in which nothing has changed makes the last one longer. */
  add(canvas: PixelCanvas, seconds: number): void {
    const pixels = this.#index.find(canvas.pixels);
    const box = this.#findChange(pixels);
    if (box === null) return;
    const start = Math.round(seconds * 100);
    this.#write(start);
    this.#newest = { pixels: this.#cut(pixels, box), box, start };
    this.#shown = pixels;
    this.frames += 1;
  }

  /** Ends the last frame at a time, and returns the file. */
  finish(seconds: number): Uint8Array {
    this.#write(Math.round(seconds * 100));
    this.#writer.end();
    this.#take();
    return Buffer.concat(this.#pieces);
  }

  #write(end: number): void {
    if (this.#newest === null) return;
    const { box, pixels, start } = this.#newest;
    this.#writer.addFrame(box.left, box.top, box.width, box.height, pixels, {
      delay: Math.min(maxDelay, Math.max(minDelay, end - start)),
      disposal: 1,
      transparent: unchanged,
    });
    this.#take();
  }

  /** Moves what was written from the buffer to the pieces. */
  #take(): void {
    const piece = this.#buffer.slice(0, this.#writer.getOutputBufferPosition());
    this.#pieces.push(piece);
    this.bytes += piece.length;
    this.#writer.setOutputBufferPosition(0);
  }

  /** The smallest rectangle that has every changed pixel; null if there is none. */
  #findChange(pixels: Uint8Array): Box | null {
    let [left, right, top, bottom] = [Infinity, -1, -1, -1];
    for (let index = 0; index < pixels.length; index += 1) {
      if (this.#shown !== null && this.#shown[index] === pixels[index]) continue;
      const [x, y] = [index % this.#width, Math.floor(index / this.#width)];
      left = Math.min(left, x);
      right = Math.max(right, x);
      if (top < 0) top = y;
      bottom = y;
    }
    return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
  }

  /** The pixels of a rectangle, those that have not changed marked as such: long runs of one number take few bytes. */
  #cut(pixels: Uint8Array, { left, top, width, height }: Box): number[] {
    const cut: number[] = [];
    for (let y = top; y < top + height; y += 1) {
      for (let index = y * this.#width + left; index < y * this.#width + left + width; index += 1) {
        const pixel = pixels[index] ?? 0;
        cut.push(this.#shown?.[index] === pixel ? unchanged : pixel);
      }
    }
    return cut;
  }
}
