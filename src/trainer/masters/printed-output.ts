// Printed output of user code as log lines: each in a field, and limited in length and rate.
import type { Logger } from 'pino';

export interface PrintedOutputOptions {
  readonly log: Logger;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

const longestLine = 2_000;
/** Number of bytes kept of an unfinished line; no character takes more than four. */
const keptBytes = 4 * longestLine;
const linesPerWindow = 100;
const windowMs = 10_000;
const newline = 0x0a;

export class PrintedOutput {
  readonly #now: () => number;
  #log: Logger;
  #line = Buffer.alloc(0);
  /** Number of bytes of the line that were dropped. */
  #cutBytes = 0;
  #windowStartMs: number;
  #linesInWindow = 0;
  #droppedLines = 0;

  constructor({ log, now = () => performance.now() }: PrintedOutputOptions) {
    this.#log = log;
    this.#now = now;
    this.#windowStartMs = now();
  }

  /** Sets the log for later prints. */
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

  /** Call it after the last print. */
  end(): void {
    if (this.#line.length > 0) this.#endLine();
    this.#reportDropped();
  }

  #extend(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const kept = bytes.subarray(0, keptBytes - this.#line.length);
    this.#cutBytes += bytes.length - kept.length;
    // Copied even if it is a single part, because the chunk may be overwritten.
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
 * Escapes characters that JSON does not: the second set of control characters, which has another escape character for
 * terminals, and characters that change the direction of text.
 */
function escapeControls(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}
