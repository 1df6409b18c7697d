// Line that says on a terminal how far something has come that takes a while.
import { assumedColumns, clearLine } from '../training/text-display.ts';

/** What is done by then needs no line. */
const patienceMs = 500;
const intervalMs = 100;

type ProgressOutput = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

export class ProgressLine {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #dueMs: number;
  #isShown = false;

  /** `now` is in milliseconds. */
  constructor(output: ProgressOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#dueMs = now() + patienceMs;
  }

  /** Shows the newest text now and then; nothing where there is no terminal. */
  show(describe: () => string): void {
    if (!this.#output.isTTY || this.#now() < this.#dueMs) return;
    this.#dueMs = this.#now() + intervalMs;
    this.#isShown = true;
    // A longer line would wrap, and only its end would be replaced.
    this.#output.write(clearLine + describe().slice(0, (this.#output.columns || assumedColumns) - 1));
  }

  /** Removes the line. */
  close(): void {
    if (this.#isShown) this.#output.write(clearLine);
    this.#isShown = false;
  }
}
