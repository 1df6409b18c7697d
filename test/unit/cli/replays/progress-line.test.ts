import { describe, expect, it } from 'vitest';
import { ProgressLine } from '../../../../src/cli/replays/progress-line.ts';

const clear = '\r\u001b[K';

/** A terminal, or none, on a clock of the test. */
function openLine(isTTY: boolean) {
  const written: string[] = [];
  const clock = { ms: 1_000 };
  const output = { isTTY, columns: 10, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
  const line = new ProgressLine(output, () => clock.ms);
  const showAt = (ms: number, text: string): void => {
    clock.ms = 1_000 + ms;
    line.show(() => text);
  };
  return { written, line, showAt };
}

describe('a line of progress', () => {
  it('comes after a while, is replaced now and then, fits the terminal, and goes', () => {
    const { written, line, showAt } = openLine(true);
    showAt(499, 'early');
    showAt(500, 'first');
    showAt(599, 'too soon');
    showAt(600, 'a long second');
    line.close();
    line.close();
    expect(written).toEqual([`${clear}first`, `${clear}a long se`, clear]);
  });

  it('is nothing for what is done soon, and where there is no terminal', () => {
    const quick = openLine(true);
    quick.showAt(100, 'text');
    quick.line.close();
    const file = openLine(false);
    file.showAt(5_000, 'text');
    file.line.close();
    expect([quick.written, file.written]).toEqual([[], []]);
  });
});
