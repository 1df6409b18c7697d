// Screen for frames: redrawn in place on a terminal, printed one after another elsewhere.

export interface Screen {
  /** Shows the lines. `isImportant` frames are always shown, also where others are skipped. */
  show(lines: readonly string[], isImportant: boolean): void;
  close(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearToEnd = '\u001b[J';

/** Size for terminals that do not report theirs. */
const assumedSize = { rows: 24, columns: 80 };

/** A file or pipe gets every hundredth frame: enough to show progress. */
const plainFrameInterval = 100;

/** The part of an output stream that the screen uses. */
export interface ScreenOutput {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
  write(text: string): boolean;
}

export function createScreen(output: ScreenOutput): Screen {
  return output.isTTY ? createTerminalScreen(output) : createPlainScreen(output);
}

function createTerminalScreen(output: ScreenOutput): Screen {
  let height = 0;
  output.write(hideCursor);
  return {
    show(lines) {
      const moveUp = height > 0 ? `\u001b[${height}A` : '';
      // Lines that wrap or scroll could not be redrawn. The last line has the status and is always shown.
      const fitting = lines.slice(-countMaxLines(output)).map((line) => cutLine(line, output));
      output.write(`${moveUp}\r${clearToEnd}${fitting.join('\n')}\n`);
      height = fitting.length;
    },
    close() {
      output.write(showCursor);
    },
  };
}

function countMaxLines({ rows }: ScreenOutput): number {
  return Math.max(1, (isKnown(rows) ? rows : assumedSize.rows) - 1);
}

function cutLine(line: string, { columns }: ScreenOutput): string {
  return line.slice(0, Math.max(1, (isKnown(columns) ? columns : assumedSize.columns) - 1));
}

/** Some terminals report a size of 0 columns. */
function isKnown(size: number | undefined): size is number {
  return size !== undefined && size > 0;
}

function createPlainScreen(output: ScreenOutput): Screen {
  let frame = 0;
  return {
    show(lines, isImportant) {
      if (isImportant || frame % plainFrameInterval === 0) output.write(`${lines.join('\n')}\n`);
      frame += 1;
    },
    close() {
      // Nothing to restore.
    },
  };
}
