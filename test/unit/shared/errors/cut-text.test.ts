import { describe, expect, it } from 'vitest';
import { cutMiddle, cutText } from '../../../../src/shared/errors/cut-text.ts';

describe('a text that is cut', () => {
  it('stays as it is up to the limit', () => {
    expect(cutText('x'.repeat(100), 100)).toBe('x'.repeat(100));
    expect(cutMiddle('x'.repeat(100), 100)).toBe('x'.repeat(100));
  });

  it('says how many characters more there were', () => {
    expect(cutText('x'.repeat(10_485_760), 4_800)).toBe(`${'x'.repeat(4_760)}… 10,481,000 more characters`);
  });

  it('keeps its end where that matters', () => {
    const text = `Error: ${'x'.repeat(10_000)}\n    at openTheTrapdoor (maze.ts:1:2)`;
    const cut = cutMiddle(text, 200);
    expect(cut).toMatch(
      /^Error: x{73}… 9,\d{3} more characters …x+\n {4}at openTheTrapdoor \(maze\.ts:1:2\)$/,
    );
  });

  it.each([100, 101, 1_000, 100_000_000])(
    'of %d characters fits its limit and is not cut again',
    (length) => {
      for (const cut of [cutText, cutMiddle]) {
        const text = cut('y'.repeat(length), 100);
        expect(text.length).toBeLessThanOrEqual(100);
        expect(cut(text, 100)).toBe(text);
      }
    },
  );

  it('has no half of a character at the cut', () => {
    for (const padding of ['', 'x']) {
      for (const cut of [cutText, cutMiddle]) {
        expect(cut(padding + '🎲'.repeat(100), 100).isWellFormed()).toBe(true);
      }
    }
  });
});
