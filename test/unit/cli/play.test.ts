import { describe, expect, it } from 'vitest';
import { describeObservation } from '../../../src/cli/play/describe-observation.ts';
import { createScreen } from '../../../src/cli/play/screen.ts';

describe('an observation in a few lines', () => {
  it('has all numbers of a short one, and the first of a long one', () => {
    expect(describeObservation(Float32Array.of(1, -0.5), { shape: [2] })).toEqual([
      'observation: 1.000 -0.500',
    ]);
    const [line, ...rest] = describeObservation(new Float32Array(100_000), { shape: [100_000] });
    expect(rest).toEqual([]);
    expect(line).toBe(`observation: ${Array(8).fill('0.000').join(' ')} … and 99992 more`);
  });

  it('is a picture if there are rows and columns', () => {
    expect(describeObservation(Float32Array.of(0, 1, 0.5, 0), { shape: [2, 2, 1] })).toEqual([' @', '+ ']);
    expect(describeObservation(new Float32Array(4), { shape: [2, 2] })).toEqual(['  ', '  ']);
  });

  it('is the newest of stacked frames, which is the last', () => {
    expect(describeObservation(Float32Array.of(1, 0, 1, 1, 1, 0.5, 0, 0), { shape: [2, 2, 2] })).toEqual([
      ' @',
      '+ ',
    ]);
  });

  it('is a smaller picture where the observation is a large one', () => {
    const lines = describeObservation(new Float32Array(210 * 160 * 4), { shape: [210, 160, 4] });
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(64);
  });
});

/** What a terminal of a size is sent. */
function recordTerminal({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { written, output: { isTTY: true, rows, columns, write } };
}

describe('a terminal', () => {
  it('is never sent more than fits: it could not be redrawn', () => {
    const { written, output } = recordTerminal({ rows: 4, columns: 10 });
    const screen = createScreen(output);
    const lines = ['first', 'second', 'x'.repeat(500), 'the status at the end'];
    screen.show(lines, false);
    screen.show(lines, false);
    expect(written.slice(1)).toEqual([
      '\r\u001b[Jsecond\nxxxxxxxxx\nthe statu\n',
      '\u001b[3A\r\u001b[Jsecond\nxxxxxxxxx\nthe statu\n',
    ]);
  });
});
