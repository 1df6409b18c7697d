// Where frames are shown: redrawn in place on a terminal, one after another anywhere else.

export interface Screen {
  /** Shows the lines; `isImportant` frames are shown even where only some are. */
  show(lines: readonly string[], isImportant: boolean): void;
  close(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearToEnd = '\u001b[J';

/** A file or pipe gets every hundredth frame: enough to see that something moves. */
const plainFrameInterval = 100;

export function createScreen(output: NodeJS.WriteStream): Screen {
  return output.isTTY ? createTerminalScreen(output) : createPlainScreen(output);
}

function createTerminalScreen(output: NodeJS.WriteStream): Screen {
  let height = 0;
  output.write(hideCursor);
  return {
    show(lines) {
      const moveUp = height > 0 ? `\u001b[${height}A` : '';
      output.write(`${moveUp}\r${clearToEnd}${lines.join('\n')}\n`);
      height = lines.length;
    },
    close() {
      output.write(showCursor);
    },
  };
}

function createPlainScreen(output: NodeJS.WriteStream): Screen {
  let frame = 0;
  return {
    show(lines, isImportant) {
      if (isImportant || frame % plainFrameInterval === 0) output.write(`${lines.join('\n')}\n`);
      frame += 1;
    },
    close() {
      // Nothing was changed that would have to be put back.
    },
  };
}
