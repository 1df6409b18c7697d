import { describe, expect, it } from 'vitest';
import { BrailleCanvas } from '../../../src/cli/play/braille-canvas.ts';
import { drawCartPole } from '../../../src/cli/play/draw-cart-pole.ts';

describe('a braille canvas', () => {
  it('draws each dot in its place and drops dots outside', () => {
    const canvas = new BrailleCanvas(2, 1);
    for (const [x, y] of [
      [0, 0],
      [1, 3],
      [3, 1],
      [-1, 0],
      [4, 0],
      [0, 4],
      [0, -1],
    ] as const)
      canvas.setDot(x, y);
    expect(canvas.toLines()).toEqual(['⢁⠐']);
  });

  it('draws lines without gaps', () => {
    const canvas = new BrailleCanvas(2, 1);
    canvas.drawLine([0, 0], [3, 3]);
    expect(canvas.toLines()).toEqual(['⠑⢄']);
  });
});

/** Columns in which a row shows anything. */
function filledColumns(line: string | undefined): number[] {
  return Array.from(line ?? '').flatMap((character, column) => (character === '⠀' ? [] : [column]));
}

describe('a drawn cart-pole', () => {
  it('always has the same size', () => {
    const pictures = [
      [0, 0, 0, 0],
      [2.4, 1, 0.2, 1],
      [-9, 0, -1, 0],
    ].map(drawCartPole);
    for (const picture of pictures) expect(picture.map((line) => line.length)).toEqual(Array(9).fill(66));
  });

  it('leans and moves as the state says', () => {
    const upright = filledColumns(drawCartPole([0, 0, 0, 0])[0]);
    const leaning = filledColumns(drawCartPole([0, 0, 0.2, 0])[0]);
    const moved = filledColumns(drawCartPole([1, 0, 0, 0])[0]);
    expect(upright).toEqual([33]);
    expect(Math.min(...leaning)).toBeGreaterThan(33);
    expect(moved[0]).toBeCloseTo(33 + 12.5, -0.5);
  });
});
