// What user code prints, as lines of the log: each within a field, no longer and no more often than a log can bear.
import type { Logger } from 'pino';

export interface PrintedOutputOptions {
  readonly log: Logger;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

const longestLine = 2_000;
/** Of a line so many bytes are kept until it ends; no character takes more than four. */
const keptBytes = 4 * longestLine;
const linesPerWindow = 100;
const windowMs = 10_000;
const newline = 0x0a;

export class PrintedOutput {
  readonly #now: () => number;
  #log: Logger;
  #line = Buffer.alloc(0);
  /** Bytes of the line that were not kept. */
  #cutBytes = 0;
  #windowStartMs: number;
  #linesInWindow = 0;
  #droppedLines = 0;

  constructor({ log, now = () => performance.now() }: PrintedOutputOptions) {
    this.#log = log;
    this.#now = now;
    this.#windowStartMs = now();
  }

  /** The log for what is printed from now on. */
  set log(log: Logger) {
    this.#log = log;
  }

  write(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#extend(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#extend(chunk.subarray(start));
  }

  /** Call when nothing more will come. */
  end(): void {
    if (this.#line.length > 0) this.#endLine();
    this.#reportDropped();
  }

  #extend(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const kept = bytes.subarray(0, keptBytes - this.#line.length);
    this.#cutBytes += bytes.length - kept.length;
    // The chunk may be overwritten, so that even a single part is copied; nothing is where the line is full.
    if (kept.length > 0) this.#line = Buffer.concat([this.#line, kept]);
  }

  #endLine(): void {
    const line = this.#line;
    const cutBytes = this.#cutBytes;
    this.#line = Buffer.alloc(0);
    this.#cutBytes = 0;
    if (!this.#isWithinRate()) {
      this.#droppedLines += 1;
      return;
    }
    const text = line.toString('utf8').replace(/\r$/, '');
    const shown = text.slice(0, longestLine);
    const rest = text.length - shown.length + cutBytes;
    const output = escapeControls(shown) + (rest > 0 ? `… ${rest.toLocaleString('en')} more characters` : '');
    this.#log.info({ output }, 'environment printed');
  }

  #isWithinRate(): boolean {
    const nowMs = this.#now();
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#reportDropped();
      this.#windowStartMs = nowMs;
      this.#linesInWindow = 0;
    }
    this.#linesInWindow += 1;
    return this.#linesInWindow <= linesPerWindow;
  }

  #reportDropped(): void {
    if (this.#droppedLines === 0) return;
    this.#log.info({ droppedLines: this.#droppedLines }, 'environment printed more than is logged');
    this.#droppedLines = 0;
  }
}

/**
 * JSON escapes line ends and the terminal's escape; not the second set of control characters, among them another such
 * escape, nor what turns the direction of text round.
 */
function escapeControls(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}
