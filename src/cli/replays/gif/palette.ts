// The 256 colours of a GIF: all that scenes are drawn in, and what smooth edges mix of them.
import type { SceneColor } from '../../../shared/environments/scene.ts';
import type { Rgb } from './pixel-canvas.ts';
import { readColor } from './pixel-context.ts';

/** The light theme of the dashboard. */
export const sceneColors: Readonly<Record<SceneColor, string>> = {
  ink: '#1b2330',
  muted: '#57606f',
  accent: '#1f54c7',
  good: '#15703d',
  bad: '#b3261e',
};
export const background: Rgb = [255, 255, 255];

/** Index of what leaves a pixel as it is in the frame before. */
export const unchanged = 255;

/** How many mixtures there are of ink with the background (pictures have all), of other colours with it, and of two colours. */
const mixtures = { ink: 63, others: 15, pairs: 7 };

const roles = Object.values(sceneColors).map(readColor);

/** At most 255 colours. */
export const palette: readonly Rgb[] = [
  background,
  ...roles.flatMap((role, index) => mix(background, role, index === 0 ? mixtures.ink : mixtures.others)),
  ...roles.flatMap((role, index) =>
    roles.slice(index + 1).flatMap((other) => mix(role, other, mixtures.pairs)),
  ),
];

/** Colours from one (not included) to another (included) in equal steps. */
function mix(from: Rgb, to: Rgb, steps: number): Rgb[] {
  return Array.from({ length: steps }, (_, step) => {
    const share = (step + 1) / steps;
    const [red, green, blue] = from.map((start, index) =>
      Math.round(start + ((to[index] ?? 0) - start) * share),
    );
    return [red ?? 0, green ?? 0, blue ?? 0] as const;
  });
}

/** Finds the colours of the palette that are nearest to those of pixels. */
export class PaletteIndex {
  readonly #known = new Map<number, number>();

  /** Returns an index for each pixel. */
  find(pixels: Uint8ClampedArray): Uint8Array {
    const indices = new Uint8Array(pixels.length / 3);
    let last = -1;
    let index = 0;
    for (let pixel = 0; pixel < indices.length; pixel += 1) {
      const start = pixel * 3;
      const [red = 0, green = 0, blue = 0] = [pixels[start], pixels[start + 1], pixels[start + 2]];
      const color = red * 65_536 + green * 256 + blue;
      if (color !== last) index = this.#findNearest(color);
      last = color;
      indices[pixel] = index;
    }
    return indices;
  }

  #findNearest(color: number): number {
    const known = this.#known.get(color);
    if (known !== undefined) return known;
    const wanted = [color >> 16, (color >> 8) & 255, color & 255] as const;
    const distances = palette.map((one) => measureDistance(one, wanted));
    const nearest = distances.indexOf(Math.min(...distances));
    this.#known.set(color, nearest);
    return nearest;
  }
}

function measureDistance(first: Rgb, second: Rgb): number {
  return first.reduce((sum, part, index) => sum + (part - (second[index] ?? 0)) ** 2, 0);
}
