// Text of an observation: a few lines, however many numbers it has.
import type { BoxSpace } from '../../shared/spaces/space.ts';
import { readPictureSize, type PictureSize } from '../../shared/environments/observed-picture.ts';

const shades = ' .:-=+*#%@';
const maxColumns = 64;
const maxRows = 24;
const maxNumbers = 8;

/** Draws a picture in shades if the observation has rows and columns; otherwise lists its first numbers. */
export function describeObservation(observation: Float32Array, space: Pick<BoxSpace, 'shape'>): string[] {
  const size = readPictureSize(space);
  return size === null ? [listNumbers(observation)] : drawPicture(observation, size);
}

/** The darkest value is a blank, the brightest the last shade. Large pictures are thinned out. */
function drawPicture(values: Float32Array, { rows, columns, channels }: PictureSize): string[] {
  const step = Math.max(1, Math.ceil(columns / maxColumns), Math.ceil(rows / maxRows));
  const [low, high] = findRange(values);
  const drawPixel = (row: number, column: number): string => {
    // Stacked frames have the newest last.
    const value = values[(row * columns + column) * channels + channels - 1] ?? low;
    const share = high > low ? (value - low) / (high - low) : 0;
    return shades[Math.round(share * (shades.length - 1))] ?? ' ';
  };
  return Array.from({ length: Math.ceil(rows / step) }, (_, row) =>
    Array.from({ length: Math.ceil(columns / step) }, (_, column) =>
      drawPixel(row * step, column * step),
    ).join(''),
  );
}

function findRange(values: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function listNumbers(values: Float32Array): string {
  const shown = Array.from(values.subarray(0, maxNumbers), (value) => value.toFixed(3)).join(' ');
  const left = values.length - maxNumbers;
  return `observation: ${shown}${left > 0 ? ` … and ${left} more` : ''}`;
}
