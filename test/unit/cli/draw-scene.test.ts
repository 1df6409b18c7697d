import { describe, expect, it } from 'vitest';
import { BrailleCanvas } from '../../../src/cli/play/braille-canvas.ts';
import { drawSceneAsText } from '../../../src/cli/play/draw-scene.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { Random } from '../../../src/shared/random/random.ts';

await Promise.all(builtInEnvironments.map(async (definition) => await definition.load?.()));

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

/** The first row with anything in it, of CartPole in a state. */
function findTop(state: readonly number[]): number[] {
  const environment = cartPoleV1.create();
  environment.setState(state);
  return filledColumns(drawSceneAsText(environment.render()).find((line) => filledColumns(line).length > 0));
}

describe('a scene as text', () => {
  it.each(builtInEnvironments)('of $id fits a terminal, and always has the same size', (definition) => {
    const environment = definition.create();
    const sizes = new Set<string>();
    for (let seed = 1; seed <= 5; seed += 1) {
      environment.reset(Random.fromSeed(seed));
      const lines = drawSceneAsText(environment.render());
      expect(lines.length).toBeLessThanOrEqual(18);
      expect(lines.some((line) => filledColumns(line).length > 0)).toBe(true);
      for (const line of lines) sizes.add(`${lines.length} × ${line.length}`);
    }
    expect([...sizes]).toHaveLength(1);
    expect(Number([...sizes][0]?.split(' × ')[1])).toBeLessThanOrEqual(66);
  });

  it('leans and moves as the state says', () => {
    const [upright = 0] = findTop([0, 0, 0, 0]);
    expect(Math.min(...findTop([0, 0, 0.2, 0]))).toBeGreaterThan(upright);
    expect(Math.max(...findTop([0, 0, -0.2, 0]))).toBeLessThan(upright);
    expect(Math.min(...findTop([1, 0, 0, 0]))).toBeGreaterThan(upright + 10);
  });

  it('fills shapes and shows texts and pictures', () => {
    const square = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ] as const;
    const filled = drawSceneAsText({ width: 10, height: 10, shapes: [{ type: 'polygon', points: square }] });
    expect(filled[1]).toMatch(/^⣿{10,}/);
    const named = drawSceneAsText({
      width: 10,
      height: 10,
      shapes: [{ type: 'text', text: 'goal', centre: [5, 5], height: 1 }],
    });
    expect(named.filter((line) => line.includes('goal'))).toHaveLength(1);
    const picture = drawSceneAsText({
      width: 2,
      height: 1,
      shapes: [{ type: 'picture', rows: 1, columns: 2, values: [0, 1] }],
    });
    const middle = (picture[0]?.length ?? 0) / 2;
    for (const line of picture) expect(Math.min(...filledColumns(line))).toBeGreaterThanOrEqual(middle - 1);
  });
});
